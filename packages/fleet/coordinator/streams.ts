/**
 * Streams of runs at the broker. It sets aside for each as much as it may hold, until it is
 * deleted: so none is larger than its run needs, and those that hold nothing any more are deleted
 * by whoever comes next.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import { type Bus, BusError } from "../bus.ts";
import { STORE } from "../limits.ts";
import { ALL_STREAMS } from "../subjects.ts";

/**
 * More than an agent's snapshot of one second takes for each row and target of the plan: a few
 * thousand different values in each of ten histograms, 3 bytes each.
 */
const SNAPSHOT_BYTES = 96 * 1024;
/** Records of the coordinator, and what is not counted here. */
const BESIDE_BYTES = 16 * 1024 * 1024;

/** What the stream of a run may have to hold. */
export function streamBytesFor(plan: Plan, agents: number): number {
  const { endNs, drainNs } = timing(plan);
  const seconds = Math.ceil((endNs + drainNs) / SECOND_NS) + 1;
  const cells = plan.targets.length;
  const bytes = BESIDE_BYTES + seconds * agents * cells * SNAPSHOT_BYTES;
  return Math.min(bytes, STORE.streamBytes);
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
