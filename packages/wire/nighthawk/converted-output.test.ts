/** An Output of a service of ours as a Result: what was recorded, and nothing of the statistics. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { HISTOGRAM_ERROR } from "@nightjar/core/record/fidelity.ts";
import { Histogram, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot } from "@nightjar/core/record/snapshot.ts";
import { emptyTally, type Tally, zeroCounts } from "@nightjar/core/record/tally.ts";
import { Totals } from "@nightjar/core/record/totals.ts";
import { distributionsOf, histogramsOf } from "@nightjar/core/result/measured-part.ts";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { latencyOf } from "@nightjar/core/result/result-latency.ts";
import { contradictions } from "@nightjar/formats/fixtures/contradictions.ts";
import { reportOf } from "@nightjar/formats/human/report.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import { resultOfOutput } from "@nightjar/formats/nighthawk/result-of-output.ts";
import { type Trial, tryDamaged } from "@nightjar/testkit/damaged-documents.ts";
import fc from "fast-check";
import { CommandLineOptionsSchema } from "../generated/nighthawk/client/options_pb.ts";
import { executionOf } from "./execution.ts";
import { outputOf } from "./output.ts";
import { outputToJson } from "./wire-json.ts";

const context = { deflate: deflateSync, inflate: inflateSync };
const START = 1_800_000_000_000_000_000n;

function histogram(values: readonly number[]): SparseHistogram {
  const all = new Histogram();
  for (const value of values) all.record(value);
  return all.sparse();
}

interface Recorded {
  readonly ok: readonly number[];
  readonly wrong: readonly number[];
  readonly failed: readonly number[];
}

/** Answers of 200 and of 503, and timeouts; latencies in ns. */
function tallyOf({ ok, wrong, failed }: Recorded): Tally {
  const completed = ok.length + wrong.length;
  const sent = completed + failed.length;
  const timeout = { count: failed.length, sample: "no answer in time", atNs: 1_250_400_000 };
  return {
    ...emptyTally(),
    counts: {
      ...zeroCounts(),
      ...{ due: sent + 2, sent, dropped: 2, completed, failed: failed.length },
      ...{ ok: ok.length, errors: wrong.length },
    },
    statuses: { "200": ok.length, "503": wrong.length },
    errors: failed.length === 0 ? {} : { timeout },
    histograms: {
      response: histogram(ok),
      errorResponse: histogram(wrong),
      service: histogram([...ok, ...wrong].map((ns) => ns - 1)),
      failedAge: histogram(failed),
    },
  };
}

const execution = executionOf(
  create(CommandLineOptionsSchema, {
    oneofUri: { case: "uri", value: { value: "http://127.0.0.1/" } },
    ...{ requestsPerSecond: 100, connections: 3, concurrency: "2" },
    labels: ["tea"],
  }),
  1,
);

function measured(recorded: Recorded): { readonly totals: Totals; readonly text: string } {
  const totals = new Totals(execution.plan);
  totals.add({
    ...emptySnapshot({ child: "0", incarnation: 0, interval: 0 }),
    cells: [{ phase: "measured", stage: 0, target: 0, tally: tallyOf(recorded) }],
    turn: histogram([5, 50]),
    connections: { opened: 6, reused: 5, closedByServer: 4, failed: 3, resumed: 2 },
    bytes: { sent: 1000, received: 2000 },
  });
  const facts = { totals, durationNs: 2e9, startWallNs: START, failed: false, cancelled: false };
  const workers = [facts, facts];
  const output = outputOf(execution, { workers, totals, wallNs: START }, deflateSync);
  return { totals, text: JSON.stringify(outputToJson(output)) };
}

function convert(text: string): ResultDocument {
  return resultOfOutput(parseOutput(text), { text, ...context });
}

const latencies = fc.array(fc.integer({ min: 1, max: 5e9 }), { maxLength: 500 });

test("latencies and histograms are those of a Result of ours, exactly", () => {
  fc.assert(
    fc.property(latencies, latencies, fc.array(fc.nat(9e9), { maxLength: 20 }), (...lists) => {
      const [ok, wrong, failed] = lists;
      const { totals, text } = measured({ ok, wrong, failed });
      const result = convert(text);
      expect(resultDocumentSchema.safeParse(result).error).toBeUndefined();
      expect(contradictions(result)).toEqual([]);
      const distributions = distributionsOf(totals.phases.measured, totals.turn.sparse());
      for (const [name, distribution] of Object.entries(distributions)) {
        expect(result.latencyMs[name as "wait"]).toEqual(latencyOf(distribution));
      }
      expect(result.histograms).toEqual(
        histogramsOf(totals.phases.measured, distributions, deflateSync),
      );
    }),
  );
});

const EACH = Array.from({ length: 400 }, (_, at) => 1_000_000 + at * 7919);
const RECORDED = { ok: EACH, wrong: [2_000_000, 3_000_000], failed: [4_000_000, 6_000_000] };
const { text: TEXT } = measured(RECORDED);

test("counts, errors with their first, connections and bytes: all that was recorded", () => {
  const result = convert(TEXT);
  expect(result).toMatchObject({
    ...{ name: "tea", startedAt: "2027-01-15T08:00:00Z", durationS: 2 },
    plan: { load: { model: "open", rate: 200, connections: 6 } },
    generator: {
      ...{ name: "nightjar", workers: 2, latencyKind: "response", healthy: null },
      fidelity: { kind: "histogram", relativeError: HISTOGRAM_ERROR },
    },
    offered: { requests: 406, ratePerS: 203 },
    achieved: { requests: 402, ratePerS: 201 },
    accounting: { due: 406, sent: 404, dropped: 2, completed: 402, failed: 2, censored: 0 },
    populations: { ok: 400, error: 2, unanswered: 4 },
    statusCodes: { "200": 400, "503": 2 },
    errors: { timeout: 2 },
    errorSamples: { timeout: { count: 2, sample: "no answer in time", atS: 1.25 } },
    connections: { opened: 6, reused: 5, closedByServer: 4, failed: 3, resumed: 2 },
    bytes: { sent: 1000, received: 2000 },
    verdict: { outcome: "inconclusive" },
  });
  expect(result.source?.absent).toEqual([
    ...["series", "environment", "lookupMs", "generator.healthy"],
    ...["accounting.intervalsExpected", "accounting.intervalsReceived"],
  ]);
});

test("of what was not answered a percentile is a bound, which no statistic could say", () => {
  const { response } = convert(TEXT).latencyMs;
  expect(response?.count).toBe(404);
  expect(response?.percentiles["99.9"]).toBeNull();
  expect(response?.max).toEqual({ atLeast: 6 });
});

test("a report has its lag, and does not say that nobody tells of it", () => {
  const text = reportOf(convert(TEXT), { columns: 100, color: false, inflate: inflateSync });
  expect(text).toContain("unknown: the document says too little of the machine");
  expect(text).not.toContain("does not tell how late");
  expect(text).toContain("sent         404 = 402 completed + 2 failed + 0 censored");
  expect(text).not.toMatch(/null|NaN/);
});

test("without our totals the statistics are all there is", () => {
  const output = JSON.parse(TEXT);
  for (const result of output.results) delete result.user_defined_outputs;
  const { generator, latencyMs } = convert(JSON.stringify(output));
  expect(generator).toMatchObject({ name: "nighthawk", fidelity: { kind: "buckets" } });
  expect(latencyMs.response).toBeUndefined();
});

describe("totals that are none are refused", () => {
  /** Of the result over all workers, which is the last. */
  function damaged(change: (totals: Record<string, never>) => void): string {
    const output = JSON.parse(TEXT);
    change(output.results.at(-1).user_defined_outputs[0].typed_output);
    return JSON.stringify(output);
  }

  test.each<[string, (output: Record<string, never>) => void, string]>([
    ["another message", (any) => Object.assign(any, { "@type": "x/y.Z" }), "it is no Struct"],
    [
      "a sum that does not hold",
      ({ value }) => Object.assign((value as { counts: object }).counts, { sent: 9 }),
      "nightjar.totals: its counts do not add up",
    ],
    [
      "a later version",
      ({ value }) => Object.assign(value, { schema: "nightjar.totals/v9" }),
      'nightjar.totals/v1 is read, found "nightjar.totals/v9"',
    ],
    [
      "a maximum that was not recorded",
      ({ value }) =>
        Object.assign((value as { histograms: { service: object } }).histograms.service, {
          max: 3.6e12,
        }),
      "min and max of service are not in its first and last slot",
    ],
  ])("%s", (_, change, sentence) => {
    expect(() => convert(damaged(change))).toThrow(sentence);
  });

  const trial: Trial = {
    convert,
    // Of the numbers most stand in base64: those are looked at above.
    formulas: (result) => numbersIn(result),
    refusal: /^(Nighthawk Output: |nightjar\.totals: |latencies from 0 to an hour)/,
  };

  test("damaged 1,500 times: one error, or a Result by the schema", () => {
    expect(tryDamaged(TEXT, 1500, trial)).toBeGreaterThan(50);
  }, 120_000);
});

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}
