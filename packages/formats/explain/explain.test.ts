import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { FAILURE_KINDS } from "@nightjar/core/record/tally.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import fc from "fast-check";
import { SAMPLE_NAMES, type SampleName, sample } from "../fixtures/sample-results.ts";
import { explain } from "./explain.ts";
import { explanationOf } from "./explanation.ts";

const of = (name: SampleName) => sample(name, deflateSync);

function told(result: Result, columns = 100, color = false): string {
  return explain(result, { columns, color, inflate: inflateSync });
}

function chapters(result: Result): Record<string, string[]> {
  const all = explanationOf(result, inflateSync).chapters;
  return Object.fromEntries(
    all.map(({ title, statements }) => [title, statements.map(({ text }) => text)]),
  );
}

/** In one line, as it was before it was wrapped. */
function unwrapped(result: Result): string {
  return told(result).replace(/\s+/g, " ");
}

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden explanations", () => {
  const GOLDEN: readonly SampleName[] = [
    ...([
      "pass",
      "fail",
      "overload",
      "silent",
      "lost",
      "interrupted",
      "frozen",
      "refused",
    ] as const),
    ...(["dropped", "few", "closed", "one", "parts", "lame", "biased", "stopped"] as const),
  ];
  test.each(GOLDEN)("%s", (name) => {
    const file = `${import.meta.dir}/fixtures/${name}.txt`;
    const text = told(of(name), 80);
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

describe("every sample", () => {
  test.each(SAMPLE_NAMES)("%s fits, and is whole", (name) => {
    for (const columns of [20, 40, 57, 80, 240]) {
      const text = told(of(name), columns);
      for (const line of text.split("\n")) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(Math.min(Math.max(columns, 40), 100));
        expect(line).toBe(line.trimEnd());
      }
      expect(text).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
      expect(text).toEndWith("\n");
    }
  });

  test.each(SAMPLE_NAMES)("%s: its outcome first, then each of its reasons in order", (name) => {
    const result = of(name);
    const { outcome, chapters } = explanationOf(result, inflateSync);
    expect(told(result)).toStartWith(`${outcome.toUpperCase()}  `);
    const why = outcome === "pass" ? undefined : chapters[0];
    if (why) expect(why.title).toBe("Why");
    else expect(chapters.map(({ title }) => title)).not.toContain("Why");
    const { faults } = result.generator;
    const first = why?.statements[0].text.toLowerCase() ?? "";
    const [reason = ""] = outcome === "pass" ? [] : result.verdict.reasons;
    const gist = /: (p?[a-z\d.]+ [<>=]+ \S+)$/.exec(reason)?.[1] ?? reason.split(/[:,]/)[0];
    if (!faults.includes(reason) && !/intervals/.test(reason)) {
      expect(first).toContain(gist.toLowerCase());
    }
  });

  test.each(SAMPLE_NAMES)("%s: each threshold once, as it was judged", (name) => {
    const text = unwrapped(of(name));
    for (const { expr, ok } of of(name).thresholds) {
      expect(text.split(` ${expr} `).length - 1).toBe(
        ok === null && text.includes("for this") ? 0 : 1,
      );
    }
  });
});

describe("thresholds", () => {
  const judged = (expr: string, value: Result["thresholds"][number]["value"], ok: boolean | null) =>
    unwrapped({
      ...of("parts"),
      thresholds: [{ expr, value, ok }],
      verdict: ok
        ? { outcome: "pass", reasons: [] }
        : { outcome: "fail", reasons: [`threshold failed: ${expr}`] },
    });

  test.each([
    ["p99 < 5ms", 12.5, "p99 of response is 12.5 ms (over 6,000 exchanges), 2.5 times the limit"],
    ["p99 < 5ms", 5.5, "is 5.50 ms (over 6,000 exchanges), 10 % above the limit"],
    ["p99 < 5ms", 5, "(over 6,000 exchanges), the limit itself"],
    ["mean(lag) < 1us", 0.002, "the mean of lag is 0.00200 ms"],
    [
      "stage(2).p99 < 1ms",
      9,
      "p99 of response in stage 2 is 9.00 ms (over 3,200 exchanges), 9 times",
    ],
    ["target(pay).wait.max < 1ms", 2, "the max of wait at target pay is 2.00 ms"],
    [
      "errors < 1%",
      0.015,
      "1.5 % of 6,000 exchanges sent failed or were answered with an error, 0.5 percentage points",
    ],
    [
      "achieved > 99%",
      0.8,
      "80 % of 6,000 exchanges due were answered, 19 percentage points below the limit",
    ],
    ["rate >= 900/s", 450, "450/s were answered (6,000 in all), 50 % below the limit"],
    ["status(5xx) == 0", 92, "92 of 6,000 answers had status 5xx, 92 above the limit"],
    [
      "status(503) < 1%",
      0.03,
      "3 % of 6,000 exchanges sent were answered with status 503, 3 times the limit",
    ],
    [
      "overhead(x-envoy-upstream-service-time).p99 < 1ms",
      1.3,
      "p99 of overhead(x-envoy-upstream-service-time) is 1.30 ms (over 5,880 answers)",
    ],
  ] as [string, number, string][])("%s of %p", (expr, value, said) => {
    expect(judged(expr, value, false)).toContain(`✗ ${expr} does not hold: `);
    expect(judged(expr, value, false)).toContain(said);
  });

  test("a bound beyond the limit, and one before it", () => {
    const beyond = judged("p99 < 5ms", { atLeast: 12 }, false);
    expect(beyond).toContain("p99 of response is more than 12.0 ms, for 0 of 6,000 exchanges");
    expect(beyond).not.toContain("on either side");
    expect(judged("p99 < 5ms", { atLeast: 3 }, false)).toContain("on either side of the limit");
  });

  test("of a later grammar", () => {
    expect(judged("p99 within 5ms", 12, false)).toContain("✗ p99 within 5ms does not hold.");
  });

  test("too few samples: how many more, in the plan's own terms", () => {
    const few = of("few");
    expect(unwrapped(few)).toContain("at least 368 samples are needed, and there are 200.");
    expect(unwrapped(few)).toContain("at least --duration 8s.");
    const counted = { ...few, plan: { ...few.plan, load: { requests: 200 } } };
    expect(unwrapped(counted)).toContain("at least --requests 368.");
    const none = { ...few, thresholds: [{ expr: "p99(tls) < 5ms", value: null, ok: null }] };
    const verdict = {
      outcome: "inconclusive" as const,
      reasons: ["too few samples to judge: p99(tls) < 5ms"],
    };
    expect(unwrapped({ ...none, verdict })).toContain("and there are 0.");
  });
});

describe("what it says of", () => {
  test("a wait: how many connections would be busy", () => {
    const text = unwrapped(of("overload"));
    expect(text).toContain(
      "1,000/s of 8.31 ms each (means of connect and service) would keep 8.3 connections",
    );
    expect(text).toContain("found all connections of their worker busy");
    expect(unwrapped(of("pass"))).not.toContain("busy");
    const parts = of("parts");
    const waits = { ...parts, accounting: { ...parts.accounting, unsent: 100 } };
    expect(unwrapped(waits)).toContain("In stage 2, 800/s of 3.06 ms each");
    expect(unwrapped(waits)).toContain("So they were enough in the mean, and not at every moment.");
  });

  test("one backend that is slow and fails", () => {
    const said = chapters(of("lame"))["What the numbers say"].join("\n");
    expect(said).toContain("Of the backends 10.0.0.9:443 has all 252 errors and exchanges without");
    expect(said).toMatch(/p50 of service is 23\.\d ms at 10\.0\.0\.9:443, and 1\.\d+ ms at 10\.0/);
  });

  test("a part is told of errors where more fall to it than chance would bring", () => {
    const withErrors = (...wrong: number[]) => {
      const stages = of("parts").stages.map((stage, at) => ({ ...stage, errors: wrong[at] }));
      return unwrapped({ ...of("parts"), stages });
    };
    // Stage 3 has 800 of 6,000.
    expect(withErrors(1, 2, 3)).not.toContain("Of the stages stage 3");
    expect(withErrors(1, 2, 12)).toContain("Of the stages stage 3 (800 to 0/s) has 12 of the 15");
  });

  test("backends of few samples: nothing, for it may be chance", () => {
    const result = of("lame");
    const backends = Object.fromEntries(
      Object.entries(result.backends).map(([address, { serviceMs, ...rest }]) => [
        address,
        { ...rest, errors: 0, serviceMs: { ...serviceMs, count: 99 } },
      ]),
    );
    expect(unwrapped({ ...result, backends })).not.toContain("backends");
  });

  test("answers that lead elsewhere", () => {
    const text = unwrapped({ ...of("pass"), statusCodes: { "301": 9 } });
    expect(text).toContain("! Most answers were redirects. » Redirects are not followed");
  });

  test("errors of a spell", () => {
    expect(unwrapped(of("stopped"))).toContain("errors and failures came between 4 s and 7 s");
    expect(unwrapped(of("fail"))).not.toContain("came between");
  });

  test("a generator that is not to be believed: nothing good", () => {
    for (const name of ["frozen", "lost"] as const) {
      expect(unwrapped(of(name))).not.toContain("was fit to measure");
    }
    expect(unwrapped(of("frozen"))).toContain("p99 < 50ms would hold: ");
  });

  test("each kind of failure, with its first sample", () => {
    const errors = Object.fromEntries(FAILURE_KINDS.map((kind, at) => [kind, 100 - at]));
    const first = (kind: string) => ({ count: 1, sample: `sample of ${kind}`, atS: 1.5 });
    const errorSamples = Object.fromEntries(FAILURE_KINDS.map((kind) => [kind, first(kind)]));
    const text = unwrapped({ ...of("fail"), errors, errorSamples });
    for (const kind of FAILURE_KINDS.slice(0, 6)) {
      expect(text).toContain(`(${kind}); the first 1.5 s after the start: sample of ${kind}.`);
    }
    expect(text).toContain("They failed in 6 other ways besides.");
  });

  test("connections that the server closes", () => {
    const result = of("pass");
    const connections = { ...result.connections, closedByServer: 40_000 };
    expect(unwrapped({ ...result, connections })).toContain("The server closed 40,000 connections");
    expect(unwrapped(result)).not.toContain("The server closed");
  });
});

describe("a Result of a later version", () => {
  test("a reason that nobody knows is told in its own words", () => {
    const verdict = { outcome: "inconclusive" as const, reasons: ["the moon was full: 100 %"] };
    const text = told({ ...of("pass"), verdict });
    expect(text).toContain("Why\n  ✗ The moon was full: 100 %.\n");
  });

  test("a plan and latencies that are not ours", () => {
    const later: Result = { ...of("one"), plan: { load: "heavy" }, latencyMs: {}, histograms: {} };
    expect(told(later)).toStartWith("PASS");
  });

  test("a broken histogram is one error", () => {
    const broken = { ...of("pass"), histograms: { wait: "%%%" } };
    expect(() => told(broken)).toThrow(NightjarError);
    expect(() => told({ ...broken, histograms: { wait: btoa("nothing") } })).toThrow(
      /^histograms\.wait: /,
    );
  });
});

test("no text of others breaks the width or reaches the terminal as a command", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 120 }), (said, columns) => {
      const result = of("fail");
      const errorSamples = { timeout: { count: 1, sample: said, atS: 1 } };
      const verdict = { outcome: "fail" as const, reasons: [said, `threshold failed: ${said}`] };
      const thresholds = [{ expr: said, value: 1, ok: false }];
      const all = { ...result, errorSamples, verdict, thresholds };
      for (const line of told(all, columns).split("\n")) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});

test("colours paint the same text", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
  const escapes = /\u001b\[[\d;]*m/g;
  for (const name of SAMPLE_NAMES) {
    const painted = told(of(name), 80, true);
    expect(painted).toContain("\u001b[");
    expect(painted.replaceAll(escapes, "")).toBe(told(of(name), 80));
  }
});
