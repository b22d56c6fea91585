import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import {
  HIGHEST_NS,
  Histogram,
  highestOf,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import { LATENCY_COLUMNS } from "@nightjar/core/result/result.ts";
import fc from "fast-check";
import * as hdr from "hdr-histogram-js";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { histogramOf } from "../result-histograms.ts";
import { hgrmOf } from "./hgrm.ts";
import { hgrmFromResult } from "./result-hgrm.ts";

const MILLISECOND = 1e6;

/** `[value, count]` of nanoseconds, as hdr-histogram-js has the same. */
function theirs(rows: Iterable<readonly [number, number]>): string {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  for (const [value, count] of rows) histogram.recordValueWithCount(value, count);
  return histogram.outputPercentileDistribution(5, MILLISECOND);
}

function histogramFrom(rows: readonly (readonly [number, number])[]): SparseHistogram {
  const histogram = new Histogram();
  for (const [value, count] of rows) {
    for (let n = 0; n < count; n++) histogram.record(value);
  }
  return histogram.sparse();
}

const few = fc.integer({ min: 1, max: 30 });
const scales = [2047, 1e6, 1e9, HIGHEST_NS].map((max) => fc.integer({ min: 0, max }));
const rows = fc.array(fc.tuple(fc.oneof(...scales), few), { maxLength: 60 });

describe("byte for byte as hdr-histogram-js", () => {
  test("of any data", () => {
    fc.assert(
      fc.property(rows, (data) => {
        expect(hgrmOf(histogramFrom(data))).toBe(theirs(data));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["nothing", []],
    ["zeros", [[0, 5]]],
    ["one value", [[12_345_678, 1]]],
    ["the longest", [[HIGHEST_NS, 3]]],
    [
      "a far tail",
      [
        [1_000_000, 100_000],
        [90_000_000, 1],
      ],
    ],
    [
      "halves",
      [
        [500, 2],
        [1500, 3],
        [2500, 8],
      ],
    ],
  ] as [string, [number, number][]][])("of %s", (_, data) => {
    expect(hgrmOf(histogramFrom(data))).toBe(theirs(data));
  });

  test("of whole runs", () => {
    const result = sample("pass", deflateSync);
    const histogram = histogramOf(result, "response", inflateSync)!;
    const data = [...histogram.slots].map((slot, at) => {
      return [Math.min(highestOf(slot), histogram.max), histogram.counts[at]] as const;
    });
    const ours = hgrmFromResult(result, "response", { inflate: inflateSync });
    expect(ours.split("\n# ")[0]).toBe(theirs(data).trimEnd());
  });
});

/** The loop of HdrHistogram's plotter: four words, of which it takes the first and the last. */
function plotted(text: string): [number, number][] {
  return text.split("\n").flatMap((line): [number, number][] => {
    const words = line.trim().split(/ +/);
    if (line.startsWith("#") || words.length !== 4) return [];
    const [y, x] = [Number.parseFloat(words[0]), Number.parseFloat(words[3])];
    return Number.isNaN(x) || Number.isNaN(y) ? [] : [[x, y]];
  });
}

describe("a Result", () => {
  const of = (name: (typeof SAMPLE_NAMES)[number], column: (typeof LATENCY_COLUMNS)[number]) =>
    hgrmFromResult(sample(name, deflateSync), column, { inflate: inflateSync });

  test("what has no answer is said, behind the footer and in comments alone", () => {
    const lines = of("unanswered", "response").trimEnd().split("\n");
    const footer = lines.findIndex((line) => line.startsWith("#[Buckets"));
    const said = lines.slice(footer + 1);
    expect(said[0]).toEndWith("nightjar: response in milliseconds");
    expect(said[1]).toStartWith("# 250 exchanges without an answer: in no line above");
    expect(lines.filter((line) => line.startsWith("# "))).toEqual(said);
    expect(of("pass", "response")).not.toContain("without an answer");
  });

  test("what was sent and not answered has a wait all the same", () => {
    const { accounting } = sample("overload", deflateSync);
    expect(of("unanswered", "wait")).not.toContain("in no line above");
    expect(of("unanswered", "turn")).toEndWith("# 250 exchanges without an answer\n");
    const unsent = (accounting.dropped + accounting.unsent).toLocaleString("en-US");
    expect(of("overload", "wait")).toContain(`# ${unsent} exchanges never sent`);
  });

  test("what a lost worker has not told, and answers that are errors", () => {
    const { accounting } = sample("lost", deflateSync);
    const unknown = accounting.unknown.toLocaleString("en-US");
    expect(of("lost", "service")).toContain(`# ${unknown} exchanges of a lost worker unknown`);
    expect(of("fail", "response")).toContain("answered with an error: in errorResponse");
    expect(of("fail", "service")).not.toContain("answered with an error");
  });

  test("every column of every sample is text that plots, in rising order, to its count", () => {
    for (const name of SAMPLE_NAMES) {
      const result = sample(name, deflateSync);
      for (const column of LATENCY_COLUMNS) {
        const text = of(name, column);
        const held = histogramOf(result, column, inflateSync)?.count ?? 0;
        const total = /Total count {4}= +(\d+)\]/.exec(text);
        expect(Number(total?.[1])).toBe(held);
        const points = plotted(text);
        expect(points.length > 0).toBe(held > 0);
        expect([...points].sort(([a], [b]) => a - b)).toEqual(points);
      }
    }
  });
});
