import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { expectTables } from "@nightjar/testkit/whole-tables.ts";
import fc from "fast-check";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, type SampleName, sample } from "../fixtures/sample-results.ts";
import { code, plain } from "./inline.ts";
import { markdownOf } from "./markdown.ts";

const of = (name: SampleName): ResultDocument => sample(name, deflateSync);

describe("any Result", () => {
  test("is whole tables, without a number that is none, and fits into a comment", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const text = markdownOf(oddResult(seed, deflateSync));
        expectTables(text);
        expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
        expect(text.length).toBeLessThan(65_536);
        expect(text).toEndWith("\n");
      }),
    );
  });

  test.each(SAMPLE_NAMES)("%s", (name) => {
    const text = markdownOf(of(name));
    expectTables(text);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });
});

describe("what it says", () => {
  test("the verdict first, and what did not hold", () => {
    const text = markdownOf(of("fail"));
    expect(text).toStartWith(
      "<!-- nightjar report: nightjar%20run -->\n\n### ❌ FAIL: nightjar run\n",
    );
    expect(text).toContain("3 of 4 thresholds do not hold");
    expect(text).toContain("| ❌ | `p99 < 5ms` | 16.5 ms |");
    expect(text).toContain("| ✅ | `rate >= 900/s` | 998/s |");
  });

  test("the key numbers with the kind of their latency, and the errors", () => {
    const text = markdownOf(of("fail"));
    expect(text).toContain("| response p50 | response p90 | response p99 | response p99.9 |");
    expect(text).toContain("| 998/s of 1,000/s | 115 (1.15 %) | 23 | 2.97 ms |");
    expect(text).toContain("| `status-503` | 92 | HTTP/1.1 503 upstream connect error |");
  });

  test("why there is no judgement, and that no threshold is to be believed", () => {
    const text = markdownOf(of("frozen"));
    expect(text).toContain(
      "### ⚠️ INCONCLUSIVE: nightjar run\n\nno judgement, because\n\n- the gen",
    );
    expect(text).toContain("| ⚠️ | `p99 < 50ms` | 32.7 ms |");
  });

  test("stages, targets and backends, folded away", () => {
    const text = markdownOf(of("parts"));
    const summaries = [...text.matchAll(/<summary>([^<]+)</g)].map(([, summary]) => summary);
    expect(summaries).toEqual(["latency, ms", "stages", "targets", "backends"]);
  });

  test("the condition that ended the run", () => {
    expect(markdownOf(of("stopped"))).toContain(
      "| ❌ | `errors > 10% for 3s` | ended the run after 7.0 s |",
    );
  });

  test("of another tool: its latency, and how near to the truth its percentiles are", () => {
    const result = of("pass");
    const fidelity = { kind: "buckets" as const, relativeError: 0.25 };
    const generator = { ...result.generator, latencyKind: "service" as const, fidelity };
    const { service } = result.latencyMs;
    const text = markdownOf({ ...result, generator, accounting: null, latencyMs: { service } });
    expect(text).toContain("| service p50 |");
    expect(text).toContain("from the buckets of nightjar, up to 25 % too high.");
  });
});

describe("what others wrote", () => {
  test.each([
    ["@user", "&#64;&#8288;user"],
    ["fixes #1", "fixes &#35;&#8288;1"],
    ["a | b", "a &#124; b"],
    ["https://x.example", "https&#58;//x.example"],
    ["www.x.example", "www&#46;x.example"],
    [":tada: 10:30", "&#58;tada: 10:30"],
    ["- a", "&#45; a"],
    ["1. a", "1&#46; a"],
    ["<b>&amp;", "&#60;b&#62;&#38;amp;"],
    ["a\n\n# b", "a &#35;&#8288; b"],
    ["p99 of 5.0 ms, -3 (=3)", "p99 of 5.0 ms, -3 (=3)"],
  ])("%j is a sentence", (text, said) => {
    expect(plain(text)).toBe(said);
  });

  test.each([
    ["p99 < 5ms", "`p99 < 5ms`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["", ""],
    ["a|`b", "<code>a&#124;&#96;b</code>"],
  ])("%j is code", (text, said) => {
    expect(code(text)).toBe(said);
  });

  test("breaks no table, and leaves no line of its own, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        const result = of("parts");
        const { targets, backends, generator } = result;
        const [backend] = Object.values(backends);
        const lines = markdownOf(result).split("\n").length;
        const hostile = markdownOf({
          ...result,
          ...{ id: text, name: text, errors: { [text]: 1, "of another kind": 1 } },
          errorSamples: { [text]: { count: 1, sample: text, atS: 1 } },
          thresholds: result.thresholds.map((threshold) => ({ ...threshold, expr: text })),
          backends: { [text]: backend, "another one": backend, "one more": backend },
          generator: { ...generator, name: text, version: text },
          targets: targets.map((target) => ({ ...target, name: text, url: text })),
        });
        expectTables(hostile);
        // The table of errors is new: a line of nothing, head, rule and two rows.
        expect(hostile.split("\n").length).toBe(lines + 5);
      }),
    );
  });

  test("that is endless still fits into a comment", () => {
    const result = of("parts");
    const long = "&<@#|`".repeat(10_000);
    const many = <T>(value: T) => Array.from({ length: 300 }, () => value);
    const errors = Object.fromEntries(many(0).map((_, at) => [`${at}${long}`, 1]));
    const threshold = { expr: long, value: 1, ok: true };
    const text = markdownOf({
      ...result,
      ...{ name: long, errors, thresholds: many(threshold), stages: many(result.stages[0]) },
      targets: many({ ...result.targets[0], name: long, url: long }),
      verdict: { outcome: "fail", reasons: many(long) },
      generator: { ...result.generator, warnings: many(long) },
    });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("and 250 more");
  });
});
