/** Spectra of several runs: a group for each kind, one colour for each run, one pair of axes. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { oddResult } from "@nightjar/formats/fixtures/odd-results.ts";
import { type SampleName, sample } from "@nightjar/formats/fixtures/sample-results.ts";
import { histogramOf } from "@nightjar/formats/result-histograms.ts";
import { expectSound } from "@nightjar/testkit/sound-picture.ts";
import fc from "fast-check";
import { WIDTHS } from "./frame.ts";
import { MOST_SPECTRA, type SpectrumRun, spectraChart, spectraOf } from "./spectra.ts";
import { RUN_INKS } from "./theme.ts";

const PLACE = { id: "a", width: WIDTHS.page };

function run(name: string, result: ResultDocument): SpectrumRun {
  return { name, result, read: (column) => histogramOf(result, column, inflateSync) };
}

const of = (name: SampleName): ResultDocument => sample(name, deflateSync);

function serviceOnly(result: ResultDocument): ResultDocument {
  return { ...result, latencyMs: { service: result.latencyMs.service } };
}

const two = spectraOf([run("one", of("pass")), run("other", serviceOnly(of("fail")))]);

describe("groups", () => {
  test("are of one kind of latency each, with those runs that measure it", () => {
    const names = two.map(({ kind, lines }) => [kind, lines.map(({ name }) => name)]);
    expect(names).toEqual([
      ["service", ["one", "other"]],
      ["response", ["one"]],
    ]);
  });

  test("draw no other kind, and say theirs", () => {
    for (const spectra of two) {
      const svg = spectraChart(spectra, two, PLACE);
      expect(svg).toContain(`>${spectra.kind} latency by percentile<`);
      expect(svg.match(/class="nj-line[^"]*"/g)).toHaveLength(spectra.lines.length);
    }
  });

  test("have one pair of axes, so that they can be compared", () => {
    const ticks = two.map((spectra) => {
      const svg = spectraChart(spectra, two, PLACE);
      return [...svg.matchAll(/class="nj-faint">([^<]+)</g)].map(([, tick]) => tick);
    });
    expect(ticks[0]).toEqual(ticks[1]);
    expect(ticks[0]).toContainEqual("p99.9");
  });

  test("a run has its colour in all of them", () => {
    const inks = two.map(({ lines }) => lines.map(({ name, ink }) => `${name} ${ink}`));
    expect(inks).toEqual([["one run1", "other run2"], ["one run1"]]);
  });
});

test("as many runs as names have room; colours begin anew", () => {
  const runs = Array.from({ length: 20 }, (_, at) => run(`client ${at + 1}`, of("pass")));
  const [service] = spectraOf(runs);
  expect(service.lines).toHaveLength(MOST_SPECTRA);
  expect(service.lines[RUN_INKS.length].ink).toBe(RUN_INKS[0]);
  for (const width of Object.values(WIDTHS)) {
    expectSound(spectraChart(service, [service], { id: "a", width }));
  }
});

test("any Results, on a page and on a phone", () => {
  const seeds = fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(seeds, fc.constantFrom(...Object.values(WIDTHS)), (all, width) => {
      const runs = all.map((seed, at) => run(`client ${at + 1}`, oddResult(seed, deflateSync)));
      const groups = spectraOf(runs);
      for (const one of groups) expectSound(spectraChart(one, groups, { id: "a", width }));
    }),
    { numRuns: 40 },
  );
});
