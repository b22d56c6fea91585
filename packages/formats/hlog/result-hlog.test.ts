import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { LATENCY_COLUMNS } from "@nightjar/core/result/result.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { parseHlog } from "./parse-hlog.ts";
import { hlogFromResult } from "./result-hlog.ts";

const hlog = (name: (typeof SAMPLE_NAMES)[number]) =>
  hlogFromResult(sample(name, deflateSync), { inflate: inflateSync });

test("one line for each latency that was measured, over the measured part", () => {
  const result = sample("pass", deflateSync);
  const read = parseHlog(hlog("pass"), inflateSync);
  const measured = LATENCY_COLUMNS.filter((name) => (result.latencyMs[name]?.count ?? 0) > 0);
  expect(read.intervals.map(({ tag }) => tag)).toEqual([...measured]);
  for (const { startS, lengthS, tag, histogram } of read.intervals) {
    expect([startS, lengthS]).toEqual([2, 10]);
    expect(histogram.count).toBe(result.latencyMs[tag!].count);
  }
});

test("the line's maximum is that of the table", () => {
  const line = hlog("pass")
    .split("\n")
    .find((text) => text.startsWith("Tag=service,"))!;
  const maxMs = Number(line.split(",")[3]);
  expect(maxMs).toBeCloseTo(sample("pass", deflateSync).latencyMs.service.max as number, 3);
});

test("where the table's maximum is only a bound, that of the histogram stands", () => {
  const line = hlog("unanswered")
    .split("\n")
    .find((text) => text.startsWith("Tag=response,"))!;
  expect(Number(line.split(",")[3])).toBeLessThan(10);
});

test("it says how many are missing from the histograms", () => {
  expect(hlog("unanswered")).toContain("#250 exchanges got no answer");
  expect(hlog("pass")).not.toContain("got no answer");
});

test("every sample makes a log that can be read", () => {
  for (const name of SAMPLE_NAMES) {
    const read = parseHlog(hlog(name), inflateSync);
    expect(read.intervals.length).toBeGreaterThan(0);
  }
});
