/** Collect: the Result of a run from its stream, by anybody who can read it. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { nearest } from "@nightjar/core/plan/suggest.ts";
import { isToken } from "../border/text.ts";
import { type Bus, BusError } from "../bus.ts";
import type { Head } from "../record.ts";
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
  refuseVague(fold, options.exclude ?? new Set());
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

/** Each is one agent: to leave out two by one name would be to guess. */
function refuseVague({ head }: FleetFold, exclude: ReadonlySet<string>): void {
  const children = head?.children ?? [];
  for (const name of exclude) {
    const named = children.filter(({ spec, agent }) =>
      [agent.name, agent.id, spec.id].includes(name),
    );
    if (named.length === 0) throw unknownAgent(name, children);
    if (named.length === 1) continue;
    const ids = named.map(({ agent }) => agent.id).join(", ");
    const what = `--exclude: ${named.length} agents are called "${name}"`;
    throw new NightjarError("bad-usage", what, `by their ids: ${ids}`);
  }
}

function unknownAgent(name: string, children: Head["children"]): NightjarError {
  const agents = children.map(({ agent }) => agent.name);
  const near = nearest(name, agents);
  const hint = near === undefined ? `its agents are ${agents.join(", ")}` : `did you mean ${near}?`;
  return new NightjarError("bad-usage", `--exclude: no agent "${name}" took part`, hint);
}
