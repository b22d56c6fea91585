/**
 * Streams of runs at the broker. It sets aside for each as much as it may hold, until it is
 * deleted: so none is larger than its run may need, none keeps more than it holds when its run is
 * over, and those that hold nothing any more are deleted by whoever comes next.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import { type Bus, BusError, type StreamLimits } from "../bus.ts";
import { STORE } from "../limits.ts";
import { ALL_STREAMS, runPrefix, streamName } from "../subjects.ts";

/**
 * Of a snapshot, for each row of it: ten histograms with a byte or so for each different value, and
 * what stands beside them. Twice to three times what was measured (`npm run bench -- fold`).
 */
const VALUE_BYTES = 10;
const ROW_BYTES = 2048;
/** So many different values at most are in a second of one histogram. */
const MOST_VALUES = 4000;
/** Records of the coordinator, and what is not counted here. */
const BESIDE_BYTES = 16 * 1024 * 1024;
/** A run that ends by itself, nobody knows when. */
const UNKNOWN_S = 3600;
/** A broker without so much room is asked for a half and a quarter: the estimate is cautious. */
const HALVINGS = 2;

/** What the stream of a run may have to hold. */
export function streamBytesFor(plan: Plan, agents: number): number {
  const rows = plan.targets.length;
  const { rate } = plan.load;
  const valuesPerS = rate === "max" ? MOST_VALUES : rate / agents / rows;
  const rowBytes = ROW_BYTES + VALUE_BYTES * Math.min(valuesPerS, MOST_VALUES);
  const bytes = BESIDE_BYTES + Math.ceil(secondsOf(plan) * agents * rows * rowBytes);
  return Math.min(bytes, STORE.streamBytes);
}

function secondsOf(plan: Plan): number {
  const { endNs, drainNs } = timing(plan);
  const { requests, rate } = plan.load;
  const byCount = requests !== undefined && rate !== "max" ? requests / rate : UNKNOWN_S;
  const endS = endNs === Number.POSITIVE_INFINITY ? byCount : endNs / SECOND_NS;
  return Math.ceil(endS + drainNs / SECOND_NS) + 1;
}

/** Rejects with a `BusError`. */
export async function openStream(
  bus: Bus,
  runId: string,
  wantedBytes: number,
  replicas?: number,
): Promise<void> {
  for (let halvings = 0; ; halvings++) {
    const bytes = Math.ceil(wantedBytes / 2 ** halvings);
    const limits: StreamLimits = { bytes, ageNs: STORE.streamAgeNs, replicas };
    try {
      return await bus.createStream(streamName(runId), runPrefix(runId), limits);
    } catch (error) {
      const isFull = error instanceof BusError && error.fault === "full";
      if (!isFull || halvings === HALVINGS) throw error;
    }
  }
}

/** The run is over: others may have the room. What goes wrong is left to age. */
export async function settleStream(bus: Bus, runId: string): Promise<void> {
  const name = streamName(runId);
  try {
    const { bytes } = await bus.streamState(name);
    await bus.resizeStream(name, bytes + STORE.lateBytes);
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
  }
}

/** Deletes streams of which all is too old to be kept. What goes wrong is left to the next. */
export async function sweepStreams(bus: Bus): Promise<void> {
  try {
    for (const name of await bus.streams(ALL_STREAMS)) {
      const { bytes, ageNs } = await bus.streamState(name);
      if (bytes === 0 && ageNs > STORE.streamAgeNs) await bus.deleteStream(name);
    }
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
  }
}
