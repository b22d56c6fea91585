/** Several Results as JUnit XML: a suite for each, and what the heads say adds up. */
import { expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { parsedXml, type XmlElement } from "@nightjar/testkit/parsed-xml.ts";
import { byClients, byGenerators } from "../fixtures/sample-several.ts";
import { JUDGED_CASE } from "./junit.ts";
import { junitOfSeveral } from "./side-by-side.ts";

const TOTALS = ["tests", "failures", "errors", "skipped", "time"] as const;

function suitesOf(document: SideBySide): readonly XmlElement[] {
  const { name, attributes, children } = parsedXml(junitOfSeveral(document));
  expect(name).toBe("testsuites");
  for (const key of TOTALS) {
    const sum = children.reduce((all, suite) => all + Number(suite.attributes[key]), 0);
    expect(Number(attributes[key])).toBeCloseTo(sum, 9);
  }
  return children;
}

function casesOf({ children }: XmlElement): [string, string, string][] {
  return children
    .filter(({ name }) => name === "testcase")
    .map(({ attributes: { classname, name }, children: [child] }) => [classname, name, child.name]);
}

test("a suite for each run, named by it, with its thresholds as cases", () => {
  const [own, other, failed] = suitesOf(byGenerators(deflateSync));
  expect([own, other, failed].map(({ attributes }) => attributes.name)).toEqual([
    ...["checkout: nightjar", "checkout: fortio", "checkout: vegeta"],
  ]);
  expect(casesOf(own).map(([, name]) => name)).toEqual([
    ...[JUDGED_CASE, "p99 < 50ms", "errors < 0.1%", "achieved > 99%", "p99.9(service) <= 1s"],
  ]);
  expect(casesOf(other)[1]).toEqual(["checkout: fortio", "p99 < 5ms", "failure"]);
  expect(casesOf(failed)).toEqual([["checkout: vegeta", JUDGED_CASE, "error"]]);
  const kinds = [own, other].map(({ children: [{ children: properties }] }) =>
    properties.map(({ attributes }) => attributes).find(({ name }) => name === "latency"),
  );
  expect(kinds).toMatchObject([{ value: "response" }, { value: "service" }]);
});

test("no two cases have the same class and name, whatever generators are called", () => {
  const { order, ...rest } = byClients(deflateSync, ["pass", "pass", "fail"]);
  for (const names of [order, ["a", "a", "a"], ["\u0000", "]]>", '<"&']]) {
    const cases = suitesOf({ order: names, ...rest }).flatMap(casesOf);
    const keys = cases.map(([classname, name]) => `${classname}\n${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  }
});
