import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { type Latency, PERCENTILES, type Result } from "@nightjar/core/result/result.ts";
import fc from "fast-check";
import { count } from "../figures.ts";
import { SAMPLE_NAMES, type SampleName, sample } from "../fixtures/sample-results.ts";
import { latencyText } from "./quantities.ts";
import { reportOf } from "./report.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
const ESCAPES = /\u001b\[[\d;]*m/g;

function report(result: Result, columns: number, color = false): string {
  return reportOf(result, { columns, color, inflate: inflateSync });
}

const of = (name: SampleName) => sample(name, deflateSync);
const WIDTHS = [40, 57, 80, 100, 120, 160, 240];

describe("every sample, at every width", () => {
  for (const name of SAMPLE_NAMES) {
    test(name, () => {
      for (const columns of WIDTHS) {
        const text = report(of(name), columns);
        for (const line of text.split("\n")) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).toBe(line.trimEnd());
        }
        expect(text).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
        expect(text).toEndWith("\n");
      }
    });
  }
});

/** Every figure of the table's column as the report spells it. */
function figures(latency: Latency): string[] {
  const quantities = [
    latency.min,
    latency.mean,
    ...PERCENTILES.map((name) => latency.percentiles[name]),
    latency.max,
  ];
  return [count(latency.count), ...quantities.map(latencyText)];
}

describe("the table", () => {
  test("shows each of its figures, at every width", () => {
    for (const name of SAMPLE_NAMES) {
      const { latencyMs } = of(name);
      for (const columns of WIDTHS) {
        const text = report(of(name), columns);
        for (const column of ["wait", "connect", "lag", "service", "response"]) {
          for (const figure of figures(latencyMs[column])) expect(text).toContain(figure);
        }
      }
    }
  });

  test("points stand under one another", () => {
    const rows = report(of("fail"), 80).split("\n");
    const from = rows.findIndex((row) => row.startsWith("latency, ms"));
    const service = rows.slice(from + 2, from + 8).map((row) => row.indexOf(".", 45));
    expect(new Set(service).size).toBe(1);
  });

  test("errors have a column only where errors were answered", () => {
    const head = (name: SampleName) => /^latency, ms.*$/m.exec(report(of(name), 80))?.[0];
    expect(head("fail")).toContain("error");
    expect(head("pass")).not.toContain("error");
  });
});

describe("what it says", () => {
  test("the verdict comes first", () => {
    expect(report(of("pass"), 80)).toStartWith("PASS  all 4 thresholds hold\n  ✓ p99 < 50ms ");
    expect(report(of("fail"), 80)).toStartWith("FAIL  3 of 4 thresholds do not hold\n  ✗ ");
    expect(report(of("lost"), 80)).toMatch(/^INCONCLUSIVE.*\n {2}! worker w1 was lost: /);
    expect(report(of("interrupted"), 80)).toContain("! the run was cut short");
  });

  test("the condition that ended the run, in the row of a threshold", () => {
    const rows = report(of("stopped"), 80).split("\n");
    expect(rows.slice(0, 3)).toEqual([
      "FAIL  a condition ended the run; the threshold holds",
      "  ✗ errors > 10% for 3s   held, and ended the run after 7.0 s",
      "  ✓ p99 < 50ms            3.48 ms",
    ]);
  });

  test("the load: stages, jitter, bursts, and more targets than one", () => {
    expect(report(of("parts"), 80)).toContain("GET https://shop.example/cart and 2 more\n");
    expect(report(of("parts"), 80)).toContain("3 stages up to 800/s · jitter of 10 % of a gap · ");
    expect(report(of("lame"), 80)).toContain(" · bursts of 30\n");
    expect(report(of("pass"), 80)).not.toContain("stage");
  });

  test("which loop it was", () => {
    expect(report(of("pass"), 80)).toContain("open loop: due times from the plan, latencies");
    expect(report(of("closed"), 80)).toContain("closed loop: due when a connection is free");
    expect(report(of("closed"), 80)).not.toContain("offered");
  });

  test("where every exchange went", () => {
    const text = report(of("overload"), 80);
    expect(text).toContain("10,000 = 7,224 sent + 0 dropped + 2,776 unsent + 0 unknown");
    expect(text).toContain("7,224 = 7,220 completed + 0 failed + 4 censored");
    expect(text).toContain("unsent: no connection came free");
    expect(report(of("lost"), 80)).toContain("intervals    16 of 20 arrived (80 %)");
    expect(report(of("pass"), 80)).not.toContain("intervals  ");
  });

  test("what was not answered is shaded, not drawn", () => {
    expect(report(of("unanswered"), 80)).toContain("░░░░");
    expect(report(of("unanswered"), 80)).toContain("> 800");
    expect(report(of("pass"), 80)).not.toContain("░");
  });

  test("a long URL, in two lines behind its method", () => {
    const [target] = of("one").targets;
    const url = `https://shop.example/${"segment/".repeat(40)}`;
    const text = report({ ...of("one"), targets: [{ ...target, url }] }, 80);
    const rows = text.split("\n").filter((row) => row.includes("segment/"));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toStartWith("GET https://shop.example/");
    expect(rows[1]).toEndWith("…");
    expect(text).toContain("\nopen loop: ");
  });

  test("of quantities those that there are", () => {
    expect(report(of("one"), 80)).not.toContain("p50 –, max");
    expect(report(of("one"), 80)).not.toContain("lag p99 –");
  });

  test("an error with a long name leaves its sample room, in the narrowest terminal too", () => {
    const kind = "an-error-of-a-very-long-name";
    const sample = { count: 7, sample: "what it was", atS: 2 };
    const errors = { errors: { [kind]: 7 }, errorSamples: { [kind]: sample } };
    const rows = report({ ...of("fail"), ...errors }, 40).split("\n");
    const at = rows.findIndex((row) => row.startsWith("errors "));
    expect(rows.slice(at, at + 3).map((row) => row.trim())).toEqual([
      "errors       an-error-of-a-very-lo…  7",
      "first at 2.0 s: what it was",
      "connections  16 opened",
    ]);
  });

  test("when an error came first, and what it was, unless its name says so", () => {
    const sample = { count: 7, sample: "answered with status 503", atS: 0.0042 };
    const errors = { errors: { "status-503": 7 }, errorSamples: { "status-503": sample } };
    const text = report({ ...of("fail"), ...errors }, 80);
    expect(text).toContain("errors       status-503  7  first at 4 ms\n");
    expect(report(of("fail"), 80)).toContain("first at 574 ms: no answer");
  });

  test("of a generator that tells at its end alone nobody says when an error came first", () => {
    const kinds = {
      timeout: "answered, but later than the timeout",
      "stream-reset": "stream reset",
      "status-503": "answered with status 503",
    };
    const errors = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 7]));
    const samples = Object.entries(kinds).map(([kind, sample]) => {
      return [kind, { count: 7, sample, atS: null }] as const;
    });
    const text = report({ ...of("fail"), errors, errorSamples: Object.fromEntries(samples) }, 80);
    expect(text).not.toMatch(/first at|\b0 ms/);
    expect(text).toContain("timeout       7  answered, but later than the timeout\n");
    expect(text).toMatch(/ stream-reset {2}7\n/);
    expect(text).toMatch(/ status-503 {4}7\n/);
  });

  test("the labels and the id of the run, whole", () => {
    const labels = { team: "a".repeat(60) };
    const text = report({ ...of("one"), labels }, 80);
    expect(text).toContain(`team=${labels.team}`);
    expect(text).toContain(of("one").id);
  });

  test("no curve of nothing", () => {
    expect(report(of("silent"), 80)).not.toContain("by percentile");
    expect(report(of("one"), 80)).not.toContain("by percentile");
  });

  test("whether the generator can be believed", () => {
    expect(report(of("pass"), 80)).toContain("health       healthy · lag p99 0.0195 ms");
    const frozen = report(of("frozen"), 160);
    expect(frozen).toContain("not healthy");
    expect(frozen).toContain("✗ the generator stood still for 1.40 s");
    expect(frozen).toContain("! the hypervisor took 12.5 %");
    expect(frozen).toContain("turn p99 0.0900 ms, max 1,400 ms");
  });
});

describe("colour", () => {
  test("paints the same text", () => {
    for (const name of SAMPLE_NAMES) {
      const painted = report(of(name), 100, true);
      expect(painted.replaceAll(ESCAPES, "")).toBe(report(of(name), 100));
      expect(painted).toContain("\u001b[");
    }
  });
});

/** Text from the wire and from plans, made to break lines and terminals. */
function withForeignText(result: Result, text: string): Result {
  const [backend] = Object.values(result.backends);
  const latency = result.latencyMs.service;
  return {
    ...result,
    name: text,
    targets: [0, 1].map(() => ({ ...result.targets[0], name: text, url: `https://${text}` })),
    stopped: { condition: text, atS: 3 },
    recorded: { [text]: { recorded: 1, missing: 2, valueMs: latency, overheadMs: latency } },
    probe: {
      child: text,
      completed: 1,
      columns: { [text]: { probe: latency, rest: latency } },
      disagreements: [],
    },
    verdict: { outcome: "inconclusive", reasons: [text] },
    thresholds: [{ expr: text, value: 1, ok: null }],
    errors: { [`k${text}`]: 2 },
    errorSamples: { [`k${text}`]: { count: 2, sample: text, atS: 1 } },
    generator: { ...result.generator, healthy: false, warnings: [text] },
    environment: { ...result.environment, host: text },
    statusCodes: { [text]: 3 },
    backends: { [`a${text}`]: backend, [`b${text}`]: backend },
  };
}

test("no text of others breaks the width or reaches the terminal as a command", () => {
  const foreignText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "grapheme", maxLength: 200 }),
  );
  fc.assert(
    fc.property(foreignText, fc.integer({ min: 40, max: 170 }), (text, columns) => {
      const lines = report(withForeignText(of("one"), text), columns).split("\n");
      for (const line of lines) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});

describe("what to do", () => {
  const refused = () => report(of("refused"), 80).replace(/\s+/g, " ");

  test("the first line says what became of a run without an answer", () => {
    expect(refused()).toStartWith(
      "INCONCLUSIVE no judgement, because ! no exchange was answered: " +
        "10.0.0.7:443 refused the connection ",
    );
  });

  test("each of the first kinds of failure has advice under it", () => {
    expect(refused()).toContain("refused the connection » Nobody listens there: is the address");
    const { errors, errorSamples } = of("refused");
    const sample = { count: 1, sample: "x", atS: 1 };
    const others = { tls: 4, reset: 3, timeout: 2 };
    const more = {
      ...of("refused"),
      errors: { ...errors, ...others },
      errorSamples: { ...errorSamples, tls: sample, reset: sample, timeout: sample },
    };
    expect(report(more, 80).match(/»/g)).toHaveLength(3);
  });

  test("answers that lead elsewhere", () => {
    const text = report({ ...of("pass"), statusCodes: { "301": 9 } }, 80);
    expect(text).toMatch(/^status {7}301 9\n {13}» Redirects are not followed/m);
  });
});

test("a Result of a later version, whose plan and latencies are not ours", () => {
  const later: Result = { ...of("one"), plan: { load: "heavy" }, latencyMs: {}, histograms: {} };
  expect(report(later, 80)).toContain("GET https://shop.example/cart · 1 worker");
});

/** Set UPDATE_GOLDEN=1 to write them anew; read the difference before it is kept. */
describe("golden reports", () => {
  for (const [name, columns] of [
    ["pass", 80],
    ["pass", 160],
    ["fail", 80],
    ["parts", 80],
    ["parts", 160],
    ["lame", 80],
  ] as const) {
    test(`${name} at ${columns}`, () => {
      const file = `${import.meta.dir}/fixtures/${name}-${columns}.txt`;
      const text = report(of(name), columns);
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
      expect(text).toBe(readFileSync(file, "utf8"));
    });
  }
});
