import { expect, test } from "bun:test";
import { create } from "@bufbuild/protobuf";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { emptySnapshot } from "@nightjar/core/record/snapshot.ts";
import { emptyTally } from "@nightjar/core/record/tally.ts";
import { Totals } from "@nightjar/core/record/totals.ts";
import { CommandLineOptionsSchema } from "../generated/nighthawk/client/options_pb.ts";
import { executionOf } from "./execution.ts";
import { statisticsOf } from "./statistics.ts";

/** One that waited a millisecond for its connection. */
function countsOf(openLoop: boolean): Record<string, number> {
  const execution = executionOf(
    create(CommandLineOptionsSchema, {
      oneofUri: { case: "uri", value: { value: "http://127.0.0.1/" } },
      ...{ openLoop, maxPendingRequests: 1 },
    }),
    1,
  );
  const waited = new Histogram();
  waited.record(1e6);
  const histograms = { blocked: waited.sparse(), queue: waited.sparse() };
  const totals = new Totals(execution.plan);
  totals.add({
    ...emptySnapshot({ child: "0", incarnation: 0, interval: 0 }),
    cells: [{ phase: "measured", stage: 0, target: 0, tally: { ...emptyTally(), histograms } }],
  });
  const ended = { durationNs: 1e9, startWallNs: 0n, failed: false, cancelled: false };
  const statistics = statisticsOf([{ totals, ...ended }], execution);
  return Object.fromEntries(statistics.map(({ id, count }) => [id, Number(count)]));
}

test("C8: in the open loop nothing is blocked, and the wait is in the queue", () => {
  expect(countsOf(true)).toMatchObject({
    ...{ "sequencer.blocking": 0, "benchmark_http_client.queue_to_connect": 1 },
  });
  expect(countsOf(false)).toMatchObject({ "sequencer.blocking": 1 });
});
