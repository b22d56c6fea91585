/** Pictures of any Result: no number that is none, nothing outside, nothing of others unescaped. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { oddResult } from "@nightjar/formats/fixtures/odd-results.ts";
import {
  SAMPLE_NAMES,
  type SampleName,
  sample,
} from "@nightjar/formats/fixtures/sample-results.ts";
import { histogramOf } from "@nightjar/formats/result-histograms.ts";
import { expectSound } from "@nightjar/testkit/sound-picture.ts";
import fc from "fast-check";
import { courseOf, groupRows } from "./course.ts";
import { thinned } from "./course-frame.ts";
import { curveOf, type HistogramReader, ninesOf } from "./curve.ts";
import { errorChart } from "./error-chart.ts";
import { WIDTHS } from "./frame.ts";
import { histogramChart } from "./histogram-chart.ts";
import { hasCourseBounds, latencyChart } from "./latency-chart.ts";
import { spread } from "./line-labels.ts";
import { rateChart } from "./rate-chart.ts";
import { hasBounds, spectrumOf } from "./spectrum.ts";
import { spectrumChart } from "./spectrum-chart.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

function readerOf(result: ResultDocument): HistogramReader {
  return (name) => histogramOf(result, name, inflateSync);
}

function of(name: SampleName): ResultDocument {
  return sample(name, deflateSync);
}

function chartsOf(result: ResultDocument, width: number): Record<string, string> {
  const read = readerOf(result);
  return {
    spectrum: spectrumChart(result, read, { id: "a", width }),
    histogram: histogramChart(result, read, { id: "b", width }),
    rate: rateChart(result, { id: "c", width }),
    latency: latencyChart(result, { id: "d", width }),
    errors: errorChart(result, { id: "e", width }),
  };
}

describe("any Result", () => {
  test("is drawn without a wrong number, inside the view box, on a page and on a phone", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...Object.values(WIDTHS)), (seed, width) => {
        for (const svg of Object.values(chartsOf(oddResult(seed, deflateSync), width))) {
          expectSound(svg);
        }
      }),
    );
  });

  test("has a spectrum that never falls", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const result = oddResult(seed, deflateSync);
        for (const { points } of spectrumOf(result, readerOf(result))) {
          const [xs, ms] = [points.map(({ x }) => x), points.map((point) => point.ms)];
          expect(xs).toEqual([...xs].sort((a, b) => a - b));
          expect(ms).toEqual([...ms].sort((a, b) => a - b));
        }
      }),
    );
  });

  test("has groups of rows that lose no time and no error", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 50 }), (seed, most) => {
        const { rows } = courseOf({ ...oddResult(seed, deflateSync), series: series(seed % 999) });
        const groups = groupRows(rows, most);
        expect(groups.length).toBeLessThanOrEqual(most);
        const errors = (of: typeof rows) =>
          of.reduce((sum, { errorsPerS, fromS, toS }) => sum + errorsPerS * (toS - fromS), 0);
        expect(errors(groups)).toBeCloseTo(errors(rows), 6);
      }),
    );
  });
});

function series(length: number): ResultDocument["series"] {
  return Array.from({ length }, (_, atS) => ({
    ...{ atS, overS: 1, duePerS: 100, ratePerS: 99, errors: atS % 7 },
    ...{ p50: 1, p99: atS % 50 === 0 ? 900 : 2, max: 3 },
  }));
}

describe("the samples", () => {
  test.each(SAMPLE_NAMES)("%s", (name) => {
    for (const width of Object.values(WIDTHS)) {
      for (const svg of Object.values(chartsOf(of(name), width))) expectSound(svg);
    }
  });

  test("what is there has a picture, what is not there has none", () => {
    const there = (name: SampleName) =>
      Object.entries(chartsOf(of(name), WIDTHS.page)).flatMap(([which, svg]) =>
        svg === "" ? [] : [which],
      );
    expect(there("pass")).toEqual(["spectrum", "histogram", "rate", "latency"]);
    expect(there("fail")).toEqual(["spectrum", "histogram", "rate", "latency", "errors"]);
    expect(there("one")).toEqual(["histogram"]);
    expect(there("refused")).toEqual(["spectrum", "rate", "latency", "errors"]);
  });

  test("a picture has a title and a description with its numbers", () => {
    const { spectrum, rate } = chartsOf(of("fail"), WIDTHS.page);
    expect(spectrum).toContain('aria-labelledby="a-title a-desc"');
    expect(spectrum).toContain('<title id="a-title">Latency by percentile</title>');
    expect(spectrum).toMatch(/<desc id="a-desc">response: p50 3\.\d+ ms, .*p99\.9 &gt; 500 ms/);
    expect(rate).toContain("1,000/s offered, 998/s answered.</desc>");
  });

  test("lines are named at their ends, and each part of the response has one", () => {
    const { spectrum, latency, rate } = chartsOf(of("pass"), WIDTHS.page);
    for (const name of ["response", "service", "wait", "lag"])
      expect(spectrum).toContain(`>${name}<`);
    for (const name of ["p50", "p99", "max"]) expect(latency).toContain(`>${name}<`);
    for (const name of ["offered", "answered", "warm-up"]) expect(rate).toContain(`>${name}<`);
  });

  test("in the closed loop nothing is offered", () => {
    expect(chartsOf(of("closed"), WIDTHS.page).rate).not.toContain("offered");
  });

  test("stages have their names, and the end that a condition made has one", () => {
    expect(chartsOf(of("parts"), WIDTHS.page).rate).toContain(">stage 2<");
    expect(chartsOf(of("stopped"), WIDTHS.page).rate).toContain(">stopped<");
  });
});

describe("what is not known", () => {
  test("is a bound from its rank on, by the rule of the Result's own percentiles", () => {
    for (const name of ["fail", "unanswered", "overload", "silent", "dropped"] as const) {
      const result = of(name);
      const curve = curveOf(result, "response", readerOf(result))!;
      for (const [percent, quantity] of Object.entries(result.latencyMs.response!.percentiles)) {
        if (quantity === null) continue;
        const { ms, isBound } = curve.at(ninesOf(Number(percent) / 100));
        expect(isBound).toBe(typeof quantity !== "number");
        const stated = typeof quantity === "number" ? quantity : quantity.atLeast;
        // Packed histograms have lost the exact ends; a bound is stated with three digits.
        expect(ms).toBeGreaterThanOrEqual(stated * 0.99);
        expect(ms).toBeLessThanOrEqual(stated * 1.01 + 1e-9);
      }
    }
  });

  test("is said to be there", () => {
    const has = (name: SampleName) => hasBounds(spectrumOf(of(name), readerOf(of(name))));
    expect([has("pass"), has("fail")]).toEqual([false, true]);
    expect([hasCourseBounds(of("pass")), hasCourseBounds(of("fail"))]).toEqual([false, true]);
  });

  test("is shaded and dashed in the spectrum", () => {
    expect(chartsOf(of("fail"), WIDTHS.page).spectrum).toMatch(/nj-area.*nj-dashed nj-response/);
    expect(chartsOf(of("pass"), WIDTHS.page).spectrum).not.toContain("nj-dashed");
  });

  test("stands beside the histogram by its number", () => {
    expect(chartsOf(of("unanswered"), WIDTHS.page).histogram).toContain(">no answer<");
    expect(chartsOf(of("pass"), WIDTHS.page).histogram).not.toContain(">no answer<");
  });
});

describe("another tool's Result", () => {
  const percentiles = { "50": 4, "90": 9, "99": 30, "99.9": { atLeast: 31 } };
  const latency = { count: 5000, min: 1, mean: 5, stddev: 2, max: 31, percentiles };
  const foreign: ResultDocument = {
    ...of("fail"),
    ...{ accounting: null, histograms: {}, series: [] },
    latencyMs: { service: latency },
  };

  test("has the percentiles that it states as dots, and nothing else", () => {
    const { spectrum, ...others } = chartsOf(foreign, WIDTHS.page);
    expect(spectrum.match(/<circle/g)).toHaveLength(4);
    expect(spectrum).not.toContain(">response<");
    expect(Object.values(others)).toEqual(["", "", "", ""]);
  });

  test("has its last nine named under its dot", () => {
    const named = (rest: object) => {
      const latencyMs = { service: { ...latency, percentiles: { "50": 4, ...rest } } };
      const svg = chartsOf({ ...foreign, latencyMs }, WIDTHS.page).spectrum;
      return [...svg.matchAll(/class="nj-faint">(p\d[^<]+)</g)].map(([, tick]) => tick);
    };
    expect(named({ "90": 9 })).toEqual(["p50", "p90"]);
    expect(named({ "99": 30 })).toEqual(["p50", "p90", "p95", "p99"]);
    expect(named({ "99.9": 31 })).toEqual(["p50", "p90", "p95", "p99", "p99.9"]);
  });

  test("of which no percentile is stated has no spectrum", () => {
    const latencyMs = { service: { ...latency, percentiles: {} } };
    expect(chartsOf({ ...foreign, latencyMs }, WIDTHS.page).spectrum).toBe("");
  });
});

describe("long runs", () => {
  test("keep the one slow second of an hour, and stay small", () => {
    const hour = { ...of("pass"), series: series(3600), stages: [] };
    const { latency } = chartsOf(hour, WIDTHS.page);
    expect(latency.length).toBeLessThan(120_000);
    expect(latency).toContain("p99 between 2 ms and 900 ms");
  });

  test("thinning keeps the ends of each stretch, and breaks where there is nothing", () => {
    const values = [5, 1, 9, 2, null, null, null, null, 3, 3, 3, 3];
    expect(thinned(values, 6).map(({ value }) => value)).toEqual([1, 9, null, 3]);
    expect(thinned(values, 12).map(({ value }) => value)).toEqual(values);
  });
});

test("labels are moved apart in their order, and stay where there is room", () => {
  const places = fc.array(fc.double({ min: 30, max: 300, noNaN: true }), { maxLength: 6 });
  fc.assert(
    fc.property(places, (wanted) => {
      const placed = spread(wanted, 30, 300);
      const order = wanted.map((_, at) => at).sort((a, b) => wanted[a] - wanted[b] || a - b);
      for (const [at, index] of order.entries()) {
        expect(placed[index]).toBeWithin(30, 300.001);
        if (at > 0) expect(placed[index] - placed[order[at - 1]]).toBeGreaterThanOrEqual(14.999);
      }
    }),
  );
  expect(spread([100, 200], 30, 300)).toEqual([100, 200]);
});
