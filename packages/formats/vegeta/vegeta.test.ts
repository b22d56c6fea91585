/** vegeta's reports. */
import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { strangers, type Trial, tryDamaged } from "@nightjar/testkit/damaged-documents.ts";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { loadFacts } from "../human/load.ts";
import { planFacts } from "../plan-facts.ts";
import { parseVegeta } from "./parse-vegeta.ts";
import { resultOfVegeta, vegetaCounts, vegetaLatency } from "./result-of-vegeta.ts";

const fixture = fixturesOf(import.meta.url);
const NAMES = ["errors", "buckets", "refused"] as const;
const textOf = (name: (typeof NAMES)[number]) => fixture(`${name}.json.txt`);
const convert = (text: string) => resultOfVegeta(parseVegeta(text), { text, deflate: deflateSync });

test("a report is read whole", () => {
  expect(parseVegeta(textOf("buckets"))).toEqual({
    latencies: {
      ...{ total: 464903013, mean: 2324515, min: 176773, max: 17214678 },
      percentiles: { "50": 1552996, "90": 5237125, "95": 6729912, "99": 10317080 },
    },
    buckets: [
      { fromNs: 0, count: 64 },
      { fromNs: 1e6, count: 56 },
      { fromNs: 2e6, count: 58 },
      { fromNs: 5e6, count: 20 },
      { fromNs: 1e7, count: 2 },
      { fromNs: 1e8, count: 0 },
    ],
    ...{ bytesIn: { total: 991, mean: 4.955 }, bytesOut: { total: 0, mean: 0 } },
    earliest: "2026-11-25T23:45:26.581799622Z",
    latest: "2026-11-25T23:45:28.571780769Z",
    end: "2026-11-25T23:45:28.572892666Z",
    ...{ durationNs: 1989981147, waitNs: 1111897, requests: 200, rate: 100.50346471950772 },
    ...{ throughput: 88.89589591675556, success: 0.885 },
    statusCodes: { "200": 177, "503": 23 },
    errors: ["503 Service Unavailable"],
  });
});

test("without buckets there are percentiles alone, which are estimates", () => {
  const { latencyMs, generator } = convert(textOf("errors"));
  expect(generator.fidelity).toEqual({ kind: "percentiles", relativeError: null });
  expect(generator.warnings).toContain("percentiles are estimates of a t-digest");
  expect(latencyMs.service).toEqual({
    ...{ count: 200, min: 0.176773, mean: 2.324515, stddev: null, max: 17.214678 },
    // For p99 it takes 368.
    percentiles: { "50": 1.552996, "90": 5.237125, "95": 6.729912, "99": null },
  });
});

test("with buckets the error is that of the widest, and the last ends at the longest", () => {
  const { histogram, fidelity } = vegetaLatency(parseVegeta(textOf("buckets")));
  expect(histogram).toMatchObject({ count: 200, min: 176773, max: 17214678 });
  // From the least, 0.176773 ms, to 1 ms, which a slot of ours states as 1.000447.
  expect(fidelity).toEqual({
    kind: "buckets",
    relativeError: Math.ceil((1000447 / 176773 - 1) * 1e4) / 1e4,
  });
});

test("who was refused got no answer", () => {
  const report = parseVegeta(textOf("refused"));
  expect(vegetaCounts(report)).toEqual({
    ...{ statusCodes: {}, ok: 0, error: 0, failed: 20, errors: { "no-answer": 20 } },
  });
  const { populations, generator, achieved } = convert(textOf("refused"));
  expect(populations).toEqual({ ok: 0, error: 0, unanswered: 20 });
  expect(achieved).toEqual({ requests: 0, ratePerS: 0 });
  expect(generator.warnings.at(-1)).toStartWith('vegeta says: Get "http://127.0.0.1:1/": dial tcp');
});

test("neither loop nor workers are told, of which it says nothing", () => {
  const result = convert(textOf("buckets"));
  expect(result.source?.assumed).toContain("generator.workers");
  expect(planFacts(result).model).toBeNull();
  expect(loadFacts(result, planFacts(result))).toEqual(["2.0 s"]);
});

describe("refused, with the place", () => {
  // biome-ignore lint/suspicious/noExplicitAny: any place in a document
  const changed = (change: (document: any) => void) => {
    const document = JSON.parse(textOf("buckets"));
    change(document);
    return JSON.stringify(document);
  };
  test.each([
    ["nothing", "", "it is empty"],
    ["its text report", "Requests      [total, rate", "line 1, column 1: a value is wanted"],
    ["cut short", textOf("errors").slice(0, 300), "it is cut short: it ends at line 1"],
    ["another document", "{}", "latencies: an object is wanted, found nothing"],
    [
      "a sum that is none",
      changed((d) => {
        d.requests = 199;
      }),
      "requests: status_codes hold 200, and it says 199",
    ],
    [
      "buckets that hold less",
      changed((d) => {
        d.buckets["0"] = 63;
      }),
      "buckets: they hold 199, and requests says 200",
    ],
    [
      "an edge that is none",
      changed((d) => {
        d.buckets["1ms"] = 0;
      }),
      "buckets.1ms: its name is to be a number of nanoseconds",
    ],
    [
      "a latency below 0",
      changed((d) => {
        d.latencies["99th"] = -1;
      }),
      "latencies.99th: a number that is not negative is wanted, found -1",
    ],
  ])("%s", (_, text, message) => {
    expect(() => parseVegeta(text)).toThrow(NightjarError);
    expect(() => parseVegeta(text)).toThrow(message);
    expect(() => parseVegeta(text)).toThrow(/^vegeta JSON: /);
  });
});

/** Counts are sums of the codes: good ones, others, none; and the rate of what was answered. */
function formulas(result: ResultDocument, text: string): number[] {
  const codes = Object.entries<number>(JSON.parse(text).status_codes);
  const sum = (of: RegExp) => codes.reduce((all, [code, n]) => all + (of.test(code) ? n : 0), 0);
  const [good, none, all] = [sum(/^[123]\d\d$/), sum(/^0$/), sum(/./)];
  expect(result.populations).toEqual({ ok: good, error: all - good - none, unanswered: none });
  return [good, all - good - none, none, all - none, (all - none) / result.durationS];
}

const LIMIT_MS = 180_000;
const trial: Trial = { convert, formulas, refusal: /^(vegeta JSON: |latencies from 0 to an hour)/ };

describe("as a Result", () => {
  test.each(NAMES)("%s: by the schema, and no number from nowhere", (name) => {
    const text = textOf(name);
    const result = convert(text);
    expect(resultDocumentSchema.safeParse(result).error).toBeUndefined();
    expect(strangers(result, text, formulas(result, text))).toEqual([]);
  });

  test.each(NAMES)(
    "%s, damaged 10,000 times: one error with its place, or a Result",
    (name) => {
      expect(tryDamaged(textOf(name), 10_000, trial)).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});
