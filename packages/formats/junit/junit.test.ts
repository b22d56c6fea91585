import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { parsedXml } from "@nightjar/testkit/parsed-xml.ts";
import fc from "fast-check";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, type SampleName, sample } from "../fixtures/sample-results.ts";
import { JUDGED_CASE, junitOf } from "./junit.ts";

const of = (name: SampleName): ResultDocument => sample(name, deflateSync);

function casesOf(result: ResultDocument): [string, string, string][] {
  const [suite] = parsedXml(junitOf(result)).children;
  return suite.children
    .filter(({ name }) => name === "testcase")
    .map(({ attributes, children: [child] }) => [attributes.name, child.name, child.text]);
}

/** What its heads say of it is so. */
function expectCounts(result: ResultDocument): void {
  const root = parsedXml(junitOf(result));
  const cases = casesOf(result);
  const number = (kind: string) => String(cases.filter(([, outcome]) => outcome === kind).length);
  for (const { attributes } of [root, root.children[0]]) {
    expect(attributes).toMatchObject({
      tests: String(cases.length),
      failures: number("failure"),
      errors: number("error"),
      skipped: number("skipped"),
    });
  }
  const names = cases.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
}

describe("any Result", () => {
  test("is XML whose heads count its cases", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) =>
        expectCounts(oddResult(seed, deflateSync)),
      ),
    );
  });

  test.each(SAMPLE_NAMES)("%s", (name) => expectCounts(of(name)));

  test("is red where it did not pass, and green where it did", () => {
    for (const name of SAMPLE_NAMES) {
      const outcomes = new Set(casesOf(of(name)).map(([, outcome]) => outcome));
      const { outcome } = of(name).verdict;
      expect(outcomes.has("failure")).toBe(outcome === "fail");
      expect(outcomes.has("error")).toBe(outcome === "inconclusive");
      if (outcome === "pass") expect([...outcomes]).toEqual(["system-out"]);
    }
  });
});

describe("cases", () => {
  test("a threshold that holds says what was measured, one that does not is a failure", () => {
    expect(casesOf(of("fail"))).toEqual([
      [JUDGED_CASE, "system-out", "3 of 4 thresholds do not hold"],
      ["p99 < 5ms", "failure", "16.5 ms, wanted: p99 < 5ms"],
      ["errors < 0.1%", "failure", "1.15 %, wanted: errors < 0.1%"],
      ["status(5xx) == 0", "failure", "92, wanted: status(5xx) == 0"],
      ["rate >= 900/s", "system-out", "998/s, wanted: rate >= 900/s"],
    ]);
  });

  test("a run that cannot be judged is one error, and its thresholds are skipped", () => {
    const [judged, ...thresholds] = casesOf(of("frozen"));
    expect(judged[1]).toBe("error");
    expect(judged[2]).toContain("the generator stood still for 1.40 s");
    expect(thresholds.map(([, outcome]) => outcome)).toEqual(["skipped", "skipped"]);
    expect(thresholds[0][2]).toBe("not to be believed: 32.7 ms, wanted: p99 < 50ms");
  });

  test("too few samples for one threshold leave the others as they are", () => {
    const { thresholds: judged } = of("pass");
    const few = { expr: "p99.99 < 1s", value: null, ok: null };
    const verdict = { outcome: "inconclusive" as const, reasons: [`too few samples: ${few.expr}`] };
    const cases = casesOf({ ...of("pass"), thresholds: [judged[0], few], verdict });
    expect(cases.map(([, outcome]) => outcome)).toEqual(["error", "system-out", "skipped"]);
    expect(cases[0][2]).toBe("too few samples: p99.99 < 1s");
  });

  test("the condition that ended the run is a failure", () => {
    expect(casesOf(of("stopped"))[1]).toEqual([
      "not errors > 10% for 3s",
      "failure",
      "held, and ended the run after 7.0 s",
    ]);
  });

  test("a run without thresholds has one case", () => {
    expect(casesOf(of("one"))).toEqual([[JUDGED_CASE, "system-out", "no thresholds to judge"]]);
  });

  test("the same threshold twice has two names", () => {
    const [threshold] = of("pass").thresholds;
    const cases = casesOf({ ...of("pass"), thresholds: [threshold, threshold] });
    expect(cases.map(([name]) => name).slice(1)).toEqual(["p99 < 50ms", "p99 < 50ms (2)"]);
  });
});

test("the run, its time, its machine, its labels", () => {
  const labels = { build: "a<b" };
  const [suite] = parsedXml(junitOf({ ...of("pass"), labels })).children;
  expect(suite.attributes).toMatchObject({
    name: "checkout",
    time: "10",
    timestamp: "2026-03-14T09:26:53",
    hostname: "bench-1",
  });
  const properties = suite.children[0].children.map(({ attributes }) => attributes);
  expect(properties).toContainEqual({ name: "label.build", value: "a<b" });
  expect(properties).toContainEqual({ name: "target", value: "GET https://shop.example/cart" });
});

test("texts of others are texts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const { thresholds } = of("fail");
      const hostile = thresholds.map((threshold) => ({ ...threshold, expr: text }));
      const verdict = { outcome: "inconclusive" as const, reasons: [text] };
      const result = { ...of("fail"), name: text, labels: { [text]: text }, thresholds: hostile };
      for (const one of [result, { ...result, verdict }]) expectCounts(one);
    }),
  );
});
