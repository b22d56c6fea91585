/** Results as fortio's pages and Meshery want to read them. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { parseFortio } from "./parse-fortio.ts";
import { fortioNotes, fortioOf } from "./print-fortio.ts";

const printed = (result: ResultDocument) => fortioOf(result, { inflate: inflateSync });

describe.each(SAMPLE_NAMES)("the sample %s", (name) => {
  const result: ResultDocument = sample(name, deflateSync);
  const document = JSON.parse(printed(result));
  const { DurationHistogram: all, ErrorsDurationHistogram: bad } = document;

  test("buckets rise, none is empty, from the least to the most and to 100 %", () => {
    for (const { Data, Count, Min, Max } of [all, bad]) {
      if (Count === 0) {
        expect(Data).toBeNull();
        continue;
      }
      expect([Data[0].Start, Data.at(-1).End, Data.at(-1).Percent]).toEqual([Min, Max, 100]);
      let [end, percent, held] = [Number.NEGATIVE_INFINITY, 0, 0];
      for (const bucket of Data) {
        expect(bucket.Count).toBeGreaterThan(0);
        expect(bucket.Start).toBeGreaterThanOrEqual(end);
        expect(bucket.End).toBeGreaterThanOrEqual(bucket.Start);
        expect(bucket.Percent).toBeGreaterThan(percent);
        [end, percent, held] = [bucket.End, bucket.Percent, held + bucket.Count];
      }
      expect(held).toBe(Count);
    }
  });

  test("counts are those of the accounting, but for what has no end", () => {
    const { completed, failed } = result.accounting!;
    expect(all.Count).toBe(completed + failed);
    expect(bad.Count).toBe(result.populations.error! + failed);
    const codes: number[] = Object.values(document.RetCodes);
    expect(codes.reduce((sum, n) => sum + n, 0)).toBe(completed + failed);
  });

  test("types and percentiles are those that fortio writes", () => {
    expect(typeof document.RequestedQPS).toBe("string");
    expect(typeof document.RequestedDuration).toBe("string");
    expect(Number.isSafeInteger(document.ActualDuration)).toBe(true);
    const { Percentiles = [] } = all;
    expect(Percentiles.map(({ Percentile }: { Percentile: number }) => Percentile)).toEqual(
      all.Count === 0 ? [] : [50, 75, 90, 99, 99.9],
    );
    for (const { Value } of Percentiles) {
      expect(Value).toBeGreaterThanOrEqual(all.Min);
      expect(Value).toBeLessThanOrEqual(all.Max);
    }
    expect(document.ID).toMatch(/^[A-Za-z0-9_-]{1,96}$/);
  });

  test("our own reader of fortio's finds nothing wrong with it", () => {
    expect(parseFortio(printed(result)).durations.count).toBe(all.Count);
  });
});

test("mean and deviation are exact where one column is all, else within the slots' 0.1 %", () => {
  const pass = sample("pass", deflateSync);
  const { mean, stddev } = pass.latencyMs.response;
  const { Avg, StdDev } = JSON.parse(printed(pass)).DurationHistogram;
  expect([Avg * 1000, StdDev * 1000]).toEqual([
    expect.closeTo(mean as number, 9),
    expect.closeTo(stddev as number, 9),
  ]);
});

test("what was asked for, and what the page says of the latency", () => {
  const said = (name: (typeof SAMPLE_NAMES)[number]) => {
    return JSON.parse(printed(sample(name, deflateSync)));
  };
  expect(said("pass")).toMatchObject({
    ...{ RunType: "HTTP", RequestedQPS: "4000", RequestedDuration: "10s", NumThreads: 64 },
    ...{ URL: "https://shop.example/cart", ResponseLabel: "Response time (from due)" },
  });
  expect(said("closed").RequestedQPS).toBe("max");
});

test("a note says what is in no bucket", () => {
  const notes = fortioNotes(sample("overload", deflateSync));
  expect(notes).toContainEqual(expect.stringMatching(/^fortio: [\d,]+ exchanges without an end/));
});

test("percentiles alone cannot become buckets", () => {
  const pass: ResultDocument = sample("pass", deflateSync);
  const fidelity = { kind: "percentiles", relativeError: null } as const;
  const generator = {
    ...pass.generator,
    name: "vegeta",
    latencyKind: "service",
    fidelity,
  } as const;
  expect(() => printed({ ...pass, generator, histograms: {} })).toThrow(
    "fortio: a histogram is wanted, and vegeta has told of percentiles alone",
  );
});

test("whatever the schema lets through is printed, or refused in a sentence", () => {
  for (let seed = 0; seed < 200; seed++) {
    try {
      JSON.parse(printed(oddResult(seed, deflateSync)));
    } catch (error) {
      if (!(error instanceof NightjarError)) throw new Error(`seed ${seed}: ${error}`);
    }
  }
});
