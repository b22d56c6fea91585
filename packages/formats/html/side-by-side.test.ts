/** Several Results as one page: whole, small, each kind of latency apart. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { expectWellFormed, idsIn, textOf } from "@nightjar/testkit/whole-page.ts";
import fc from "fast-check";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { byClients, byGenerators, serviceOnly } from "../fixtures/sample-several.ts";
import { namedRuns } from "../side-by-side/runs.ts";
import { bytesOf, runSections } from "./run-sections.ts";
import { htmlOfSeveral } from "./side-by-side.ts";

const pageOf = (document: SideBySide) => htmlOfSeveral(document, { inflate: inflateSync });
const generators = byGenerators(deflateSync);
const clients = byClients(deflateSync);

/** As every page is. */
function expectWhole(page: string): void {
  expectWellFormed(page);
  expect(new TextEncoder().encode(page).length).toBeLessThan(1_000_000);
  expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form)\b/);
  expect(page).toContain("default-src 'none'");
  const ids = idsIn(page);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, names] of page.matchAll(/ aria-labelledby="([^"]+)"/g)) {
    expect(names.split(" ").filter((name) => !ids.includes(name))).toEqual([]);
  }
  for (const [, id] of page.matchAll(/ href="#([^"]+)"/g)) expect(ids).toContain(id);
}

function sectionOf(page: string, id: string): string {
  const from = page.indexOf(`<section id="${id}"`);
  expect(from).toBeGreaterThan(0);
  return page.slice(from, page.indexOf("</section>", from));
}

describe("a page", () => {
  test.each([
    ["of generators", generators],
    ["of clients", clients],
    ["of no Result", { ...generators, results: [] }],
    ["of one", { ...generators, results: [generators.results[0]] }],
  ])("%s is whole and needs nothing", (_, document) => {
    expectWhole(pageOf(document));
    expect(pageOf(document)).toBe(pageOf(document));
  });

  test("of any Results is whole, and says no number that is none", () => {
    const seeds = fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(seeds, (all) => {
        const results = all.map((seed) => oddButWhole(seed));
        const page = pageOf(byClients(deflateSync, results));
        expectWhole(page);
        expect(textOf(page)).not.toMatch(/NaN|undefined|\bInfinity/);
      }),
      { numRuns: 15 },
    );
  });

  test("stays below a megabyte", () => {
    const of = (n: number) => {
      const many = Array.from({ length: n }, () => sample("parts", deflateSync));
      const page = pageOf(byClients(deflateSync, many));
      expectWhole(page);
      return page;
    };
    expect(of(3)).not.toContain("are left out");
    expect(of(16)).toContain("The pictures of this run are left out");
  });

  test("leaves out pictures first, then details, then reports", () => {
    const runs = namedRuns(byClients(deflateSync, ["parts", "parts"]));
    const sections = (most: number) => {
      const markup = runSections(runs, most, inflateSync);
      expect(bytesOf(markup)).toBeLessThan(most + 100);
      return markup.map(({ text }) => text).join("");
    };
    const seen = (text: string) =>
      ["<figure", "<details", "<h2", "have no room"].map((part) => text.includes(part));
    expect(seen(sections(400_000))).toEqual([true, true, true, false]);
    expect(seen(sections(60_000))).toEqual([false, true, true, false]);
    expect(seen(sections(15_000))).toEqual([false, false, true, false]);
    expect(seen(sections(500))).toEqual([false, false, false, true]);
  });
});

/** Any that `run` could have made: it measures, so nothing but columns and numbers may be odd. */
function oddButWhole(seed: number): Result {
  const odd = oddResult(seed, deflateSync);
  const whole = sample(SAMPLE_NAMES[seed % SAMPLE_NAMES.length], deflateSync);
  const { latencyMs, histograms, series, generator, stopped } = odd;
  return { ...whole, histograms, series, generator, stopped, latencyMs: latencyMs as never };
}

describe("what it says", () => {
  test("the verdict of all first, then the comparison, the spectra, and each run", () => {
    const sections = [...pageOf(generators).matchAll(/<section id="([\w-]+)"/g)].map(
      ([, id]) => id,
    );
    expect(sections.slice(0, 3)).toEqual(["verdict", "comparison", "spectra"]);
    expect(sections.filter((id) => /^run-\d+$/.test(id))).toEqual(["run-1", "run-2"]);
    expect(sections.at(-1)).toBe("reading");
  });

  test("why, of each that did not pass, and of what gave no Result", () => {
    const verdict = textOf(sectionOf(pageOf(generators), "verdict"));
    expect(verdict).toContain("FAIL 1 of 3 passes, 1 fails, 1 gave no result");
    expect(verdict).toContain("vegeta gave no result: it ended with code 1: no such option");
    expect(verdict).toMatch(/fortio: 3 of 4 thresholds do not hold: p99 &lt; 5ms, errors/);
    expect(verdict).not.toContain("nightjar:");
  });

  test("each kind of latency in a table of its own, with those alone that measure it", () => {
    const comparison = sectionOf(pageOf(generators), "comparison");
    const [counts, service, response] = comparison.split("<h3>").map(textOf);
    expect(counts).toMatch(/fortio .*service buckets, to 23\.9 % /);
    expect(service).toMatch(/^service latency, ms from the sending on, .* fortio 9,977 /);
    expect(response).toContain("not measured by fortio");
    expect(response).not.toMatch(/fortio \d/);
    expect(response).not.toContain("all as one");
    expect(response).toContain("fortio: from the buckets of fortio, up to 23.9 % too high.");
  });

  test("pictures of unlike kinds are two, and the runs in them have names", () => {
    const spectra = sectionOf(pageOf(generators), "spectra");
    for (const kind of ["service", "response"]) {
      expect(spectra).toContain(`<figure id="spectra-${kind}">`);
      expect(spectra).toContain(`${kind} latency by percentile`);
    }
    expect(spectra.match(/From buckets: fortio\./g)).toHaveLength(1);
  });

  test("clients that began together have a row for all as one", () => {
    const page = pageOf(clients);
    const rows = textOf(sectionOf(page, "comparison"));
    expect(rows.match(/all as one/g)).toHaveLength(3);
    expect(textOf(page)).toContain("3 clients, begun together");
  });

  test("all as one is as coarse as the coarsest client, and says so", () => {
    const exact = textOf(sectionOf(pageOf(clients), "comparison"));
    expect(exact).not.toContain("all as one: of");
    const coarse = serviceOnly(sample("pass", deflateSync), "fortio");
    const page = pageOf(byClients(deflateSync, ["pass", coarse]));
    const [counts, ...latencies] = sectionOf(page, "comparison").split("<h3>").map(textOf);
    expect(counts).toMatch(/all as one .*buckets, to 23\.9 % *$/);
    expect(latencies.at(-1)).toContain("all as one: of buckets, up to 23.9 % too high.");
  });

  test("the report of each run is that of the run alone, a level deeper", () => {
    const run = sectionOf(pageOf(clients), "run-2-latency");
    expect(run).toContain('<h3 id="run-2-latency-head">Latency</h3>');
    expect(run).toContain('<figure id="run-2-spectrum">');
    expect(run).toContain('aria-labelledby="run-2-spectrum-page-title run-2-spectrum-page-desc"');
  });
});

test("what others wrote is text, wherever it stands", () => {
  const hostile = `"'><script>alert(1)</script> id="x" <h2>&amp;\u202e\u0000`;
  const results = generators.results.map((result) => ({
    ...result,
    ...{ id: hostile, name: hostile, labels: { [hostile]: hostile } },
    generator: { ...result.generator, name: hostile, version: hostile, warnings: [hostile] },
    verdict: { outcome: "inconclusive" as const, reasons: [hostile] },
    targets: result.targets.map((target) => ({ ...target, url: hostile, method: hostile })),
  }));
  const failures = [{ generator: hostile, message: hostile }];
  const page = pageOf({ ...generators, name: hostile, order: [hostile], results, failures });
  expectWhole(page);
  expect(page).not.toContain("<script");
  expect(page).toContain("id=&quot;x&quot;");
});
