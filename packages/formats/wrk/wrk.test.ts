/** What wrk and wrk2 print: each transcript with its outcome, and damaged ones. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { strangers, type Trial, tryDamaged } from "@nightjar/testkit/damaged-documents.ts";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { parseWrk, type WrkReport } from "./parse-wrk.ts";
import { resultOfWrk, wrkOutcome } from "./result-of-wrk.ts";

const fixture = fixturesOf(import.meta.url);
const NAMES = readdirSync(new URL("fixtures", import.meta.url))
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.slice(0, -".txt".length))
  .sort();
const textOf = (name: string) => fixture(`${name}.txt`);
const convert = (text: string) => resultOfWrk(parseWrk(text), { text, deflate: deflateSync });

function reportOf(name: string): WrkReport {
  const said = parseWrk(textOf(name));
  if (said.kind === "report") return said;
  throw new Error(said.reason);
}

describe("each transcript has its outcome", () => {
  test("and there are thirteen", () => {
    expect(NAMES).toHaveLength(13);
  });

  test.each([
    ["wrk2-plain-latency", "measured"],
    ["wrk2-both-spectra", "measured"],
    ["wrk2-freeze", "measured"],
    ["wrk2-non-2xx", "measured"],
    ["wrk2-short-no-calibration", "uncalibrated"],
    ["wrk2-dropped-connections", "no-latency"],
    ["wrk2-hung", "no-latency"],
    ["wrk2-refused", "refused"],
    ["wrk-latency", "measured"],
    ["wrk-non-2xx", "measured"],
    ["wrk-silent", "no-latency"],
    ["wrk-reset", "no-latency"],
    ["wrk-refused", "refused"],
  ] as const)("%s: %s", (name, outcome) => {
    const said = parseWrk(textOf(name));
    expect(wrkOutcome(said)).toBe(outcome);
    if (said.kind === "report") expect(said.tool).toBe(name.split("-")[0] as "wrk" | "wrk2");
    if (said.kind === "report") expect(said.remarks).toEqual([]);
  });
});

describe("wrk2", () => {
  test("both spectra, one from due on and one from the sending on", () => {
    const report = reportOf("wrk2-both-spectra");
    const [corrected, uncorrected] = report.distributions;
    expect([corrected.kind, uncorrected.kind]).toEqual(["corrected", "uncorrected"]);
    expect(corrected.spectrum).toMatchObject({
      ...{ count: 561, meanNs: 5_613_000, stddevNs: 10_963_000, maxNs: 83_712_000 },
    });
    expect(corrected.spectrum?.rows[5]).toEqual({
      ...{ valueNs: 3_657_000, percentile: 0.5, totalCount: 281 },
    });
    expect(corrected.percentiles[0]).toEqual({ percent: 50, ns: 3_660_000 });
    expect(report).toMatchObject({
      ...{ requests: 3320, runtimeNs: 12.01e9, connections: 20, threads: 1, duration: "12s" },
      ...{ url: "http://127.0.0.1:18999/bi?a=2000&b=80000&p=0.02", requestsPerS: 276.53 },
      latency: { avg: 5.61e6, stdev: 10.96e6, max: 83.71e6, withinStdevPercent: 96.43 },
      calibrations: [{ meanNs: 6_374_000, intervalMs: 10 }],
    });
    const { latencyMs, generator } = convert(textOf("wrk2-both-spectra"));
    expect(generator.latencyKind).toBe("response");
    expect(latencyMs.response).toMatchObject({ count: 561, min: null, mean: 5.613, max: 83.775 });
    expect(latencyMs.service).toMatchObject({ count: 561, mean: 4.37, max: 81.279 });
  });

  test("a percentile at a tick is that of the spectrum", () => {
    const { percentiles } = convert(textOf("wrk2-freeze")).latencyMs.response!;
    const wanted = { "50": 1.054, "75": 1.422, "90": 230.527, "95": 819.711, "99": 1291.263 };
    for (const [name, ms] of Object.entries(wanted)) {
      const said = percentiles[name] as number;
      expect(said).toBeGreaterThanOrEqual(ms);
      expect(said).toBeLessThanOrEqual(ms * 1.001);
    }
  });

  test("the freeze is in the response and not in the service", () => {
    const { response, service } = convert(textOf("wrk2-freeze")).latencyMs;
    expect(response!.percentiles["95"]).toBeGreaterThan(800);
    expect(service!.percentiles["95"]).toBeLessThan(1.5);
  });

  test("what was hung or dropped: no latency, and what was counted", () => {
    const hung = convert(textOf("wrk2-hung"));
    expect(reportOf("wrk2-hung").latency.avg).toBeNull();
    expect(hung).toMatchObject({ achieved: { requests: 28 }, errors: { "socket-timeout": 16 } });
    const silent = "a timeout of wrk2 is a connection that was silent for long at one of its looks";
    expect(hung.generator.warnings).toEqual([
      "wrk2 has recorded no latency: nothing was answered in time for it",
      "wrk2 opens 8 of 10 connections with 4 threads",
      silent,
    ]);
    expect([hung.latencyMs, hung.histograms]).toEqual([{}, {}]);
    const dropped = convert(textOf("wrk2-dropped-connections"));
    expect(reportOf("wrk2-dropped-connections").calibrations).toEqual([
      { meanNs: null, intervalMs: 10 },
    ]);
    expect(dropped.populations).toEqual({ ok: 0, error: 0, unanswered: null });
  });

  test("answers above 399 are errors; without -L there is no latency to say", () => {
    const result = convert(textOf("wrk2-non-2xx"));
    expect(result.populations).toEqual({ ok: 769, error: 332, unanswered: null });
    expect(result.errors).toEqual({ "status-4xx-5xx": 332 });
    expect(result.latencyMs).toEqual({});
    expect(result.generator.warnings.join()).toContain("called without --latency");
  });

  test("connections that it does not open, and seconds before its calibration, are said", () => {
    const warnings = (name: string) => convert(textOf(name)).generator.warnings.join("; ");
    const ten = textOf("wrk2-plain-latency").replace("2 threads and 10", "4 threads and 10");
    expect(convert(ten).generator.warnings.join()).toContain("wrk2 opens 8 of 10 connections");
    expect(warnings("wrk2-plain-latency")).toContain("of 390 of 2402 answers");
    expect(warnings("wrk2-short-no-calibration")).toContain("before it had calibrated");
  });

  test("nobody there: nothing was measured", () => {
    expect(parseWrk(textOf("wrk2-refused"))).toEqual({
      kind: "refused",
      reason: "unable to connect to 127.0.0.1:1 Connection refused",
    });
    expect(() => convert(textOf("wrk2-refused"))).toThrow("wrk has measured nothing: unable to");
  });
});

describe("wrk", () => {
  test("its percentiles, and nothing between them", () => {
    const { latencyMs, generator, populations } = convert(textOf("wrk-latency"));
    expect(generator).toMatchObject({
      latencyKind: "service",
      fidelity: { kind: "percentiles", relativeError: null },
    });
    expect(populations).toEqual({ ok: 14004, error: 0, unanswered: null });
    expect(latencyMs.service).toEqual({
      ...{ count: 14004, min: null, mean: 1.75, stddev: 2.31, max: 31.74 },
      percentiles: { "50": 1.09, "75": 1.54, "90": 3.01, "99": 11.28 },
    });
  });

  test("its errors of sockets", () => {
    expect(convert(textOf("wrk-reset")).errors).toEqual({ "socket-read": 13836 });
  });

  test("what a script prints is kept as a remark", () => {
    const text = `${textOf("wrk-latency")}done: 7 of 9\n`;
    const said = parseWrk(`script says hello\n${text}`);
    expect(said).toMatchObject({ remarks: ["script says hello", "done: 7 of 9"] });
  });
});

describe("refused, with the line", () => {
  const plain = textOf("wrk2-plain-latency");
  test.each([
    ["nothing", "", "wrk: it ends at line 0, and what wrk prints is wanted"],
    ["another tool's", "hello\n", "wrk: it ends at line 1, and the line Running is wanted"],
    ["cut in the spectrum", plain.split("\n").slice(0, 40).join("\n"), "wrk: it ends at line 40"],
    ["cut in a row", plain.slice(0, 1500), /wrk, line \d+: a row of the spectrum, or its mean, is/],
    ["a latency that is none", plain.replace("3.27ms", "3.2xms"), "a number of Latency is wanted"],
    [
      "a count that falls",
      plain.replace("          117         1.43", "           17         1.43"),
      "wrk, line 24: a row that is not below the one before is wanted",
    ],
    [
      "rows that lack",
      plain.replace(/ +4\.595 .* 390 .*\n/g, ""),
      "the count of the last row, at 100 %, is wanted: 389",
    ],
    [
      "a title that lacks",
      plain.replace(/ +Detailed.*\n/, ""),
      "wrk, line 20: the number of requests is wanted, found",
    ],
    [
      "more errors than answers",
      textOf("wrk2-non-2xx").replace("responses: 332", "responses: 1102"),
      "wrk, line 8: at most 1101 answers are wanted",
    ],
    ["no rate", plain.replace(/Requests\/sec.*/, ""), "and Requests/sec is wanted"],
  ])("%s", (_, text, message) => {
    expect(() => parseWrk(text)).toThrow(NightjarError);
    expect(() => parseWrk(text)).toThrow(message);
  });
});

/** Good answers are those that are left, and connections that are opened a multiple of threads. */
function formulas(result: ResultDocument, text: string): number[] {
  const { ok, error } = result.populations;
  const [, requests] = /(\d+) requests in/.exec(text) ?? [];
  expect((ok ?? 0) + (error ?? 0)).toBe(Number(requests));
  return [ok ?? 0];
}

const LIMIT_MS = 180_000;
const trial: Trial = {
  convert,
  formulas,
  refusal: /^(wrk[,: ]|latencies from 0 to an hour)/,
};

describe("as a Result", () => {
  const measured = NAMES.filter((name) => !name.endsWith("refused"));

  test.each(measured)("%s: by the schema, and no number from nowhere", (name) => {
    const text = textOf(name);
    const result = convert(text);
    expect(resultDocumentSchema.safeParse(result).error).toBeUndefined();
    expect(strangers(result, text, formulas(result, text))).toEqual([]);
  });

  test.each(NAMES)(
    "%s, damaged 10,000 times: one error with its place, or a Result",
    (name) => {
      tryDamaged(textOf(name), 10_000, trial);
    },
    LIMIT_MS,
  );
});
