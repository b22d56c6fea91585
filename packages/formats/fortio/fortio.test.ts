/** fortio's results, in and out. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { strangers, type Trial, tryDamaged } from "@nightjar/testkit/damaged-documents.ts";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { WHOLE_JSON } from "../nighthawk/fixtures/whole-output.ts";
import { writeOutput } from "../nighthawk/output-formats.ts";
import { parseOutput } from "../nighthawk/parse-output.ts";
import { parseFortio } from "./parse-fortio.ts";
import { fortioCounts, fortioLatency, resultOfFortio } from "./result-of-fortio.ts";

const fixture = fixturesOf(import.meta.url);
const NAMES = ["errors", "max", "refused", "grpc", "exact", "tcp"] as const;
const textOf = (name: (typeof NAMES)[number]) => fixture(`${name}.json.txt`);
const convert = (text: string) => resultOfFortio(parseFortio(text), { text, deflate: deflateSync });

describe("a result of fortio 1.68 is read", () => {
  test("with its codes, errors and sizes", () => {
    const fortio = parseFortio(textOf("errors"));
    expect(fortio).toMatchObject({
      ...{ runType: "HTTP", labels: "tea shop", runId: 7, version: "1.68.0" },
      ...{ requestedQps: "200", requestedDuration: "2s", actualDurationNs: 2017087886 },
      ...{ numThreads: 4, uniform: true, exactly: 0, retCodes: { "200": 355, "503": 45 } },
      ...{ socketCount: 49, startTime: "2026-11-25T23:45:06.155747095Z" },
    });
    expect(fortio.durations).toMatchObject({ count: 400, min: 0.000120129, max: 0.015680928 });
    expect(fortio.durations.data[0]).toEqual({
      ...{ start: 0.000120129, end: 0.001, percent: 31.75, count: 127 },
    });
    expect(fortio.errorDurations?.count).toBe(45);
    expect(fortio.sizes?.data.at(-1)?.count).toBe(45);
    expect(fortio.durations.percentiles.map(({ percentile }) => percentile)).toEqual([
      ...[50, 75, 90, 99, 99.9],
    ]);
  });

  test("no secret is taken from it", () => {
    const secret = JSON.parse(textOf("errors"));
    Object.assign(secret, { UserCredentials: "me:s3cr3t", Payload: "czNjcjN0" });
    expect(JSON.stringify(parseFortio(JSON.stringify(secret)))).not.toMatch(/s3cr3t|czNjcjN0/);
  });

  test.each([
    ["errors", { ok: 355, error: 45, failed: 0, errors: { "status-503": 45 } }],
    ["max", { ok: 100, error: 0, failed: 0, errors: {} }],
    ["refused", { ok: 0, error: 0, failed: 50, errors: { "no-answer": 50 } }],
    ["grpc", { ok: 50, error: 0, failed: 0, errors: {} }],
    ["tcp", { ok: 50, error: 0, failed: 0, errors: {} }],
  ] as const)("what became of the calls of %s", (name, wanted) => {
    expect(fortioCounts(parseFortio(textOf(name)))).toMatchObject(wanted);
  });

  test("a failed call that fortio counts twice is one call", () => {
    const twice = JSON.parse(textOf("grpc"));
    twice.RetCodes = { SERVING: 45, ERROR: 10 };
    expect(fortioCounts(parseFortio(JSON.stringify(twice)))).toMatchObject({ ok: 45, failed: 5 });
  });
});

describe("others that are read", () => {
  /** By hand, of the sample in fortio's README with the keys that 1.75 has. */
  const newer = {
    ...{ RunType: "HTTP", Labels: "", StartTime: "2022-03-19T15:34:23.279389-07:00" },
    ...{ RequestedQPS: "max", RequestedDuration: "", ActualQPS: 38.44836361217263 },
    ...{ ActualDuration: 104035637, NumThreads: 2, Version: "1.75.2", NewIn1_80: [{}] },
    DurationHistogram: {
      ...{ Count: 4, Min: 0.00027292, Max: 0.000930407, Sum: 0.002332047 },
      ...{ Avg: 0.00058301175, StdDev: 0.00028491034912527755 },
      Data: [{ Start: 0.00027292, End: 0.000930407, Percent: 100, Count: 4 }],
    },
    ErrorsDurationHistogram: { Count: 0, Min: 0, Max: 0, Sum: 0, Avg: 0, StdDev: 0, Data: null },
    RetCodes: { "200": 4 },
  };

  test("one of 1.75, with what nobody knows yet", () => {
    const fortio = parseFortio(JSON.stringify(newer));
    expect(fortio).toMatchObject({ startTime: "2022-03-19T22:34:23.279389Z", exactly: null });
    expect(fortio.errorDurations).toMatchObject({ count: 0, data: [] });
    expect(convert(JSON.stringify(newer)).generator.warnings.join()).toContain("a closed loop");
  });

  test("Nighthawk's, with numbers in quotes and codes of 2xx alone", () => {
    const output = parseOutput(WHOLE_JSON);
    for (const format of ["fortio", "experimental_fortio_pedantic"] as const) {
      const text = writeOutput(output, format);
      expect(parseFortio(text)).toMatchObject({ requestedQps: "500", requestedDuration: "2s" });
      const result = convert(text);
      expect(result.populations).toEqual({ ok: 980, error: 10, unanswered: 0 });
      expect(result.errors).toEqual({ "status-unknown": 10 });
      expect(result.latencyMs.service).toMatchObject({ count: 990, min: 0.401407 });
    }
  });

  test("a histogram without its buckets has percentiles alone", () => {
    const bare = structuredClone(newer);
    Object.assign(bare.DurationHistogram, {
      Data: [],
      Percentiles: [{ Percentile: 50, Value: 1 }],
    });
    const { histogram, fidelity } = fortioLatency(parseFortio(JSON.stringify(bare)).durations);
    expect([histogram, fidelity.kind]).toEqual([null, "percentiles"]);
  });
});

describe("refused, with the place", () => {
  const changed = (change: (document: Record<string, unknown>) => void) => {
    const document = JSON.parse(textOf("errors"));
    change(document);
    return JSON.stringify(document);
  };
  // biome-ignore lint/suspicious/noExplicitAny: any place in a document
  const durations = (change: (histogram: any) => void) =>
    changed(({ DurationHistogram }) => change(DurationHistogram));

  test.each([
    ["nothing", "", "it is empty"],
    ["not JSON", "Fortio 1.68.0 running", 'line 1, column 1: a value is wanted, found "Fortio"'],
    ["cut short", textOf("errors").slice(0, 2000), "it is cut short: it ends at line "],
    ["another document", "{}", "ActualQPS: a number is wanted, found nothing"],
    ["NaN", textOf("max").replace(/"ActualQPS": [\d.]+/, '"ActualQPS": NaN'), 'found "NaN"'],
    ["no histogram", changed((d) => delete d.DurationHistogram), "DurationHistogram: an object is"],
    [
      "a bucket that goes back",
      durations(({ Data }) => {
        Data[3].Start = 0;
      }),
      "DurationHistogram.Data[3].Start: the bucket before ends at 0.003, later",
    ],
    [
      "a sum that is none",
      durations((histogram) => {
        histogram.Count = 399;
      }),
      "DurationHistogram.Count: its buckets hold 400, and it says 399",
    ],
    [
      "part of a call",
      durations(({ Data }) => {
        Data[0].Count = 0.5;
      }),
      "DurationHistogram.Data[0].Count: a whole number that is not negative is wanted, found 0.5",
    ],
    [
      "a time that is none",
      changed((d) => {
        d.StartTime = "yesterday";
      }),
      'StartTime: a time like "2026-03-14T09:26:53.589Z" is wanted, found "yesterday"',
    ],
    [
      "a run that was none",
      changed((d) => {
        Object.assign(d, { error: true, message: "init error", exception: "lookup nowhere" });
      }),
      "fortio has measured nothing: init error: lookup nowhere",
    ],
  ])("%s", (_, text, message) => {
    expect(() => parseFortio(text)).toThrow(NightjarError);
    expect(() => parseFortio(text)).toThrow(message);
    expect(() => parseFortio(text)).toThrow(/^fortio JSON: /);
  });
});

/** Counts are sums of the codes, and rates of answers; a calls' rest has no code. */
function formulas(result: ResultDocument, text: string): number[] {
  const { RetCodes, DurationHistogram } = JSON.parse(text);
  const { ok, error, unanswered } = result.populations;
  const codes = Object.entries(RetCodes ?? {}).map(([code, n]) => [code, Number(n)] as const);
  const sum = (of: (code: string) => boolean) =>
    codes.reduce((all, [code, n]) => all + (of(code) ? n : 0), 0);
  const good = sum((code) => /^([123]\d\d|OK|SERVING)$/.test(code));
  const bad = sum((code) => /^([04-9]\d\d|(NOT_|)UNKNOWN|NOT_SERVING|SERVICE_UNKNOWN)$/.test(code));
  const rest = Number(DurationHistogram.Count) - good - bad;
  const completed = (ok ?? 0) + (error ?? 0);
  expect([ok, completed + (unanswered ?? 0) >= Number(DurationHistogram.Count)]).toEqual([
    good,
    true,
  ]);
  return [good, bad, rest, bad + rest, completed, completed / result.durationS, unanswered ?? 0];
}

describe("as a Result", () => {
  test.each(NAMES)("%s: by the schema, and no number from nowhere", (name) => {
    const text = textOf(name);
    const result = convert(text);
    expect(resultDocumentSchema.safeParse(result).error).toBeUndefined();
    expect(strangers(result, text, formulas(result, text))).toEqual([]);
    expect(result.source?.absent).toContain("accounting");
    expect(result.generator.latencyKind).toBe("service");
  });

  test("a percentile stands at its bucket's upper edge; the error is that of the widest", () => {
    const { latencyMs, generator } = convert(textOf("errors"));
    expect(latencyMs.service?.percentiles["50"]).toBeCloseTo(2, 2);
    // The first bucket is from 0.120129 ms to 1 ms, which a slot of ours states as 1.000447.
    const { relativeError } = generator.fidelity;
    expect(relativeError).toBe(Math.ceil((1.000447 / 0.120129 - 1) * 1e4) / 1e4);
  });

  test("it is read back by fortio's own rules: fortio → Result → fortio → Result", async () => {
    const { fortioOf } = await import("./print-fortio.ts");
    for (const name of NAMES) {
      const once = convert(textOf(name));
      const again = convert(fortioOf(once, { inflate: inflateSync }));
      expect(again.latencyMs.service?.count).toBe(once.latencyMs.service!.count);
      expect(again.latencyMs.service?.max).toBe(once.latencyMs.service!.max);
      expect(again.latencyMs.service?.mean).toBeCloseTo(once.latencyMs.service!.mean as number, 6);
      expect(again.populations.unanswered).toBe(once.populations.unanswered);
    }
  });
});

const LIMIT_MS = 180_000;
const trial: Trial = { convert, formulas, refusal: /^(fortio JSON: |latencies from 0 to an hour)/ };

describe("10,000 damaged documents: one error with its place, or a Result", () => {
  test.each(NAMES)(
    "%s",
    (name) => {
      expect(tryDamaged(textOf(name), 10_000, trial)).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});
