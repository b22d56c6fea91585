/** Logs of histograms as Results of ours. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { type HlogInterval, hlogOf } from "./hlog.ts";
import { hlogFromResult } from "./result-hlog.ts";
import { resultOfHlog } from "./result-of-hlog.ts";

const STARTED_AT = "2026-03-14T09:26:53.589Z";
const context = { deflate: deflateSync, inflate: inflateSync };
const convert = (text: string) => resultOfHlog(text, context);

function interval(tag: string | null, startS: number, values: readonly number[]): HlogInterval {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return { startS, lengthS: 1, tag, histogram: histogram.sparse() };
}

const logOf = (...intervals: HlogInterval[]) =>
  hlogOf(intervals, { startedAt: STARTED_AT, deflate: deflateSync });

test("the log of a Result of ours has its columns and percentiles", () => {
  for (const name of SAMPLE_NAMES) {
    const ours: ResultDocument = sample(name, deflateSync);
    const text = hlogFromResult(ours, { inflate: inflateSync });
    if (Object.keys(ours.histograms).length === 0) continue;
    const again = convert(text);
    expect(resultDocumentSchema.safeParse(again).error).toBeUndefined();
    for (const [column, latency] of Object.entries(again.latencyMs)) {
      const before = ours.latencyMs[column as keyof typeof ours.latencyMs]!;
      // What was not answered is in no log.
      if (before.count !== latency.count) continue;
      // The slot's upper edge, where ours knows the longest exactly.
      const [ours50, theirs50] = [before, latency].map(({ percentiles }) => percentiles["50"]);
      if (ours50 === null) expect(theirs50).toBeNull();
      else expect(theirs50 as number).toBeGreaterThanOrEqual(ours50 as number);
      if (ours50 !== null)
        expect(theirs50 as number).toBeLessThanOrEqual((ours50 as number) * 1.001);
    }
    expect(again.durationS).toBeCloseTo(ours.durationS, 2);
  }
});

test("what our own log says of the unanswered is not lost, and errors are answers", () => {
  const ours: ResultDocument = sample("fail", deflateSync);
  const { unanswered } = ours.populations;
  expect(unanswered).toBeGreaterThan(0);
  expect(ours.populations.error).toBeGreaterThan(0);
  const text = hlogFromResult(ours, { inflate: inflateSync });
  const again = convert(text);
  expect(again.populations).toEqual({ ok: null, error: null, unanswered });
  expect(again.source?.absent).not.toContain("populations.unanswered");
  expect(again.generator.warnings).toContain(
    `${unanswered} exchanges got no answer: they are in none of its percentiles`,
  );
  expect(again.achieved.requests).toBe(ours.achieved.requests);
  const said = "exchanges got no answer: they are in none of these histograms";
  expect(hlogFromResult(again, { inflate: inflateSync })).toContain(`#${unanswered} ${said}`);
  for (const other of [text.replace(`#${unanswered} `, "#many "), text.replace(said, "late")]) {
    expect(convert(other).populations.unanswered).toBeNull();
  }
});

test("intervals without a tag are one column, of which nobody knows from when on it is", () => {
  const result = convert(logOf(interval(null, 0, [1e6, 2e6]), interval(null, 1, [3e6])));
  expect(result.latencyMs).toEqual({
    service: {
      ...{ count: 3, min: null, mean: null, stddev: null, max: 3.000319 },
      percentiles: expect.objectContaining({ "50": null }),
    },
  });
  expect(result).toMatchObject({ startedAt: STARTED_AT, durationS: 2 });
  expect(result.achieved).toEqual({ requests: 3, ratePerS: 1.5 });
  expect(result.generator.warnings.join()).toContain("taken for service");
  expect(result.source?.absent).toContain("populations.ok");
});

test("tags of columns are those, and others are passed over", () => {
  const result = convert(
    logOf(interval("response", 0, [5e6]), interval("wait", 0, [1e6]), interval("tea", 0, [1])),
  );
  expect(Object.keys(result.latencyMs).sort()).toEqual(["response", "wait"]);
  expect(result.generator.latencyKind).toBe("response");
  expect(result.generator.warnings).toEqual(['"tea" is no column, and was passed over']);
});

describe("refused", () => {
  test("several tags of which none is a column", () => {
    const text = logOf(interval("tea", 0, [1e6]), interval("milk", 0, [1e6]));
    expect(() => convert(text)).toThrow("one tag is wanted, or those of columns");
    expect(() => convert(text)).toThrow("found tea, milk");
  });

  test("values that are microseconds", () => {
    // 250 ms in microseconds, as a log whose unit ratio is 1,000 has them.
    const text = logOf(interval(null, 0, [250_000])).replace(",0.250,", ",250.000,");
    expect(() => convert(text)).toThrow("nanoseconds are wanted, and those of the interval at 0 s");
  });

  test.each([
    ["nothing", "", "histogram log: it has no interval"],
    ["another document", "hello", "histogram log, line 1: four fields beside the tag, found 1"],
  ])("%s", (_, text, message) => {
    expect(() => convert(text)).toThrow(message);
  });
});

test("10,000 damaged logs: one error with its place, or a Result", () => {
  const text = hlogFromResult(sample("few", deflateSync), { inflate: inflateSync });
  let read = 0;
  for (const damaged of mutations(text, 10_000)) {
    try {
      const result = convert(damaged);
      if (read++ % 50 === 0) resultDocumentSchema.parse(result);
    } catch (error) {
      const isRefusal = error instanceof NightjarError && /^histogram log|^lat/.test(error.message);
      if (!isRefusal) throw new Error(`${error} of\n${damaged}`);
    }
  }
  expect(read).toBeGreaterThan(100);
}, 180_000);
