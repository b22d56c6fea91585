/** Collect: the Result of a run from its stream, by anybody who can read it. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { nearest } from "@nightjar/core/plan/suggest.ts";
import { isToken } from "../border/text.ts";
import { type Bus, BusError } from "../bus.ts";
import { ALL_STREAMS, runIdOf, streamName } from "../subjects.ts";
import { FleetFold, type FleetFoldOptions } from "./fleet-fold.ts";

/**
 * All that the stream holds now. Rejects with `refused` where there is no such run, or nothing to
 * fold.
 */
export async function collect(
  bus: Bus,
  runId: string,
  options: FleetFoldOptions = {},
): Promise<FleetFold> {
  if (!isToken(runId)) throw await unknownRun(bus, runId);
  const lastSequence = await lastOf(bus, runId);
  const fold = new FleetFold(options);
  const aborter = new AbortController();
  if (lastSequence > 0) {
    for await (const stored of bus.read(streamName(runId), 1, aborter.signal)) {
      fold.take(stored);
      if (stored.sequence >= lastSequence) aborter.abort();
    }
  }
  if (fold.isHeadless) throw headless(runId);
  if (fold.head === undefined || !(fold.hasBegun || fold.hasEnded)) throw neverBegun(runId);
  refuseUnknown(fold, options.exclude ?? new Set());
  return fold;
}

async function lastOf(bus: Bus, runId: string): Promise<number> {
  try {
    const { lastSequence, bytes } = await bus.streamState(streamName(runId));
    // What was too old has gone, and nothing of it will ever be read.
    return bytes === 0 ? 0 : lastSequence;
  } catch (error) {
    if (!(error instanceof BusError) || error.fault !== "no such stream") throw error;
    throw await unknownRun(bus, runId);
  }
}

async function unknownRun(bus: Bus, runId: string): Promise<NightjarError> {
  const known = (await bus.streams(ALL_STREAMS)).flatMap((name) => runIdOf(name) ?? []);
  const near = nearest(runId, known);
  const some = known.slice(0, 10).join(", ");
  const hint = near === undefined ? `it keeps ${some || "none"}` : `did you mean ${near}?`;
  return new NightjarError("refused", `the broker keeps no run ${runId}`, hint);
}

function neverBegun(runId: string): NightjarError {
  return new NightjarError("refused", `run ${runId} was aborted before it began: nothing was sent`);
}

function headless(runId: string): NightjarError {
  return new NightjarError(
    "protocol",
    `the stream of run ${runId} has no head, which says what was run and by whom`,
    "a stream is kept for a day after its last message, and each message for a day",
  );
}

function refuseUnknown({ head }: FleetFold, exclude: ReadonlySet<string>): void {
  const children = head?.children ?? [];
  const names = children.flatMap(({ spec, agent }) => [agent.name, agent.id, spec.id]);
  const unknown = [...exclude].find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const agents = children.map(({ agent }) => agent.name);
  const near = nearest(unknown, agents);
  const hint = near === undefined ? `its agents are ${agents.join(", ")}` : `did you mean ${near}?`;
  throw new NightjarError("bad-usage", `--exclude: no agent "${unknown}" took part`, hint);
}
