/** What workers came to → an Output: by hand, as JSON that others read, and whole again. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { exactTotalsOf } from "@nightjar/core/record/exact-totals.ts";
import { Histogram, type SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import {
  emptyTally,
  type Tally,
  type TallyHistogram,
  zeroCounts,
} from "@nightjar/core/record/tally.ts";
import { Totals } from "@nightjar/core/record/totals.ts";
import { OUTPUT_FORMATS, writeOutput } from "@nightjar/formats/nighthawk/output-formats.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import fc from "fast-check";
import { CommandLineOptionsSchema } from "../generated/nighthawk/client/options_pb.ts";
import { type Output, OutputSchema, type Result } from "../generated/nighthawk/client/output_pb.ts";
import { readExactTotals } from "./exact-output.ts";
import { executionOf } from "./execution.ts";
import { outputOf } from "./output.ts";
import { outputFromJson, outputToJson } from "./wire-json.ts";
import type { WorkerFacts } from "./worker-facts.ts";

const execution = executionOf(
  create(CommandLineOptionsSchema, {
    oneofUri: { case: "uri", value: { value: "http://127.0.0.1/" } },
    concurrency: "2",
    labels: ["a"],
  }),
  1,
);

function histogram(...values: number[]): SparseHistogram {
  const all = new Histogram();
  for (const value of values) all.record(value);
  return all.sparse();
}

interface Recorded {
  readonly histograms: Partial<Record<TallyHistogram, SparseHistogram>>;
  readonly statuses?: Record<string, number>;
  readonly errors?: Tally["errors"];
  readonly counts?: Partial<Tally["counts"]>;
  readonly opened?: number;
}

function snapshotOf({
  histograms,
  statuses = {},
  errors = {},
  counts,
  opened = 0,
}: Recorded): Snapshot {
  const tally: Tally = {
    ...emptyTally(),
    ...{ histograms, statuses, errors, counts: { ...zeroCounts(), ...counts } },
  };
  return {
    ...emptySnapshot({ child: "0", incarnation: 0, interval: 0 }),
    cells: [{ phase: "measured", stage: 0, target: 0, tally }],
    turn: histogram(5),
    connections: { opened, reused: 0, closedByServer: 0, failed: 0, resumed: 0 },
    bytes: { sent: 100, received: 200 },
  };
}

const FIRST: Recorded = {
  histograms: {
    lag: histogram(1, 2, 3),
    service: histogram(1000, 2000, 3000),
    "service:2xx": histogram(1000, 2000),
    "service:5xx": histogram(3000),
    bodyBytes: histogram(10, 10, 0),
  },
  statuses: { "200": 1, "204": 1, "503": 1 },
  errors: {
    timeout: { count: 2, sample: "no answer", atNs: 1 },
    "connect-refused": { count: 4, sample: "refused", atNs: 2 },
    dropped: { count: 3, sample: "full", atNs: 3 },
  },
  counts: { due: 12, sent: 9, dropped: 3, completed: 3, failed: 6 },
  opened: 2,
};
const SECOND: Recorded = {
  histograms: { lag: histogram(4), service: histogram(9000), "service:2xx": histogram(9000) },
  statuses: { "200": 1 },
  counts: { due: 1, sent: 1, completed: 1 },
  opened: 1,
};

const START = 1_800_000_000_000_000_000n;

function outputFrom(...recorded: readonly Recorded[]): Output {
  const totals = new Totals(execution.plan);
  const workers = recorded.map((one, at): WorkerFacts => {
    const own = new Totals(execution.plan);
    own.add(snapshotOf(one));
    totals.add(snapshotOf(one));
    const failed = at === 1;
    const startWallNs = START + BigInt(at);
    return { totals: own, durationNs: 1e9 * (at + 1), startWallNs, failed, cancelled: false };
  });
  return outputOf(execution, { workers, totals, wallNs: START }, deflateSync);
}

function countersOf(result: Result): Record<string, number> {
  return Object.fromEntries(result.counters.map(({ name, value }) => [name, Number(value)]));
}

function statistic(result: Result, id: string) {
  return result.statistics.find((one) => one.id === `benchmark_http_client.${id}`);
}

describe("an output", () => {
  const output = outputFrom(FIRST, SECOND);
  const [first, second, global] = output.results;

  test("has a result of each worker, and one of all", () => {
    expect(output.results.map(({ name }) => name)).toEqual(["worker_0", "worker_1", "global"]);
    expect(outputFrom(FIRST).results.map(({ name }) => name)).toEqual(["global"]);
    expect(global.executionDuration).toMatchObject({ seconds: 1n, nanos: 500_000_000 });
    expect(global.executionStart).toMatchObject({ seconds: 1_800_000_000n, nanos: 0 });
    expect(second.executionStart).toMatchObject({ nanos: 1 });
  });

  test("has counters, of which those that are 0 are left out", () => {
    expect(countersOf(first)).toEqual({
      ...{ "benchmark.http_2xx": 2, "benchmark.http_5xx": 1, "benchmark.pool_overflow": 3 },
      ...{ "benchmark.pool_connection_failure": 4, "benchmark.stream_resets": 2 },
      ...{ "default.total_match_count": 1, upstream_cx_total: 2, upstream_cx_http1_total: 2 },
      ...{ upstream_cx_rx_bytes_total: 200, upstream_cx_tx_bytes_total: 100 },
      ...{ upstream_rq_total: 3, upstream_rq_pending_total: 7 },
    });
    expect(countersOf(second)["sequencer.failed_terminations"]).toBe(1);
    const sum = countersOf(global);
    for (const [name, count] of Object.entries(sum)) {
      expect(count).toBe((countersOf(first)[name] ?? 0) + (countersOf(second)[name] ?? 0));
    }
    expect(global.counters.map(({ name }) => name)).toEqual(Object.keys(sum).sort());
  });

  test("has statistics, merged exactly", () => {
    expect(statistic(global, "request_to_response")).toMatchObject({
      count: 4n,
      meanType: { case: "mean", value: { nanos: 3750 } },
      // √((2750² + 1750² + 750² + 5250²) / 4)
      pstdevType: { case: "pstdev", value: { nanos: 3112 } },
      minType: { case: "min", value: { nanos: 1000 } },
      maxType: { case: "max", value: { nanos: 9000 } },
    });
    expect(statistic(global, "latency_2xx")?.count).toBe(3n);
    expect(statistic(global, "latency_5xx")?.count).toBe(1n);
    expect(statistic(global, "latency_4xx")).toMatchObject({ count: 0n });
    expect(statistic(first, "response_body_size")).toMatchObject({
      ...{ count: 3n, percentiles: [] },
      meanType: { case: "rawMean", value: 20 / 3 },
      minType: { case: "rawMin", value: 0n },
      maxType: { case: "rawMax", value: 10n },
    });
    const ids = global.statistics.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  });

  test("crosses the wire as it is", () => {
    expect(fromBinary(OutputSchema, toBinary(OutputSchema, output))).toEqual(output);
  });

  test("is JSON that is read back as it is, and that our formats read and print", () => {
    const json = outputToJson(output);
    expect(outputFromJson(json)).toEqual(output);
    const read = parseOutput(JSON.stringify(json));
    for (const format of OUTPUT_FORMATS) {
      expect(writeOutput(read, format).length).toBeGreaterThan(100);
    }
    expect(writeOutput(read, "human")).toContain("benchmark.http_2xx                      3");
  });
});

describe("our totals in it", () => {
  const exact = (recorded: Recorded) => {
    const output = fromBinary(OutputSchema, toBinary(OutputSchema, outputFrom(recorded)));
    return readExactTotals(output.results[0], inflateSync);
  };

  test("come back whole, whatever was recorded", () => {
    const values = fc.array(fc.integer({ min: 0, max: 3.6e12 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, values, fc.nat(1e6), (service, wait, opened) => {
        const recorded: Recorded = {
          ...FIRST,
          histograms: { service: histogram(...service), wait: histogram(...wait) },
          opened,
        };
        const totals = new Totals(execution.plan);
        totals.add(snapshotOf(recorded));
        const expected = exactTotalsOf(totals);
        const found = exact(recorded);
        expect(found?.tally.histograms.service).toEqual(expected.tally.histograms.service);
        expect(found?.tally.histograms.wait).toEqual(expected.tally.histograms.wait);
        expect(found?.tally.counts).toEqual(expected.tally.counts);
        expect(found?.tally.statuses).toEqual(expected.tally.statuses);
        expect(found?.tally.errors).toEqual(expected.tally.errors);
        expect([found?.connections, found?.bytes]).toEqual([expected.connections, expected.bytes]);
        expect(found?.turn).toEqual(expected.turn);
      }),
    );
  });

  test("are not in those of others", () => {
    const [result] = outputFrom(FIRST).results;
    expect(readExactTotals({ ...result, userDefinedOutputs: [] }, inflateSync)).toBeUndefined();
  });

  test("that are damaged are refused with what is wrong", () => {
    const [{ userDefinedOutputs }] = outputFrom(FIRST).results;
    const json = JSON.stringify(outputToJson(outputFrom(FIRST)));
    expect(userDefinedOutputs).toHaveLength(1);
    const damages: [RegExp, string, string][] = [
      [/nightjar\.totals\/v1/, "nightjar.totals/v9", "nightjar.totals/v1 is read"],
      [/"due":12/, '"due":-1', "due of counts is no count"],
      [/"due":12/, '"due":"x"', "due of counts is no number"],
      [/"hdr":"[^"]*"/, '"hdr":"!"', "is no base64"],
      [/"hdr":"[^"]*"/, '"hdr":"AAAA"', "not a V2 histogram"],
      [/"sum":"\d+"/, '"sum":"1e9"', "sum of"],
      [/"count":3,"min"/, '"count":4,"min"', "says otherwise"],
      [/"counts":\{[^}]*\}/, '"counts":[]', "counts is no map"],
    ];
    for (const [pattern, replacement, sentence] of damages) {
      const damaged = json.replace(pattern, replacement);
      expect(damaged).not.toBe(json);
      const { results } = outputFromJson(JSON.parse(damaged));
      expect(() => readExactTotals(results[0], inflateSync)).toThrow(sentence);
    }
  });
});
