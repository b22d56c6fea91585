/** `nightjar run collect`: the Result of a run over a fleet, folded again from the run's stream. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { collect } from "@nightjar/fleet/fold/collect.ts";
import type { FleetFold } from "@nightjar/fleet/fold/fleet-fold.ts";
import type { Head } from "@nightjar/fleet/record.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { withBroker } from "../fleet/broker.ts";
import { natsAccessIn } from "../fleet/nats-flags.ts";
import { LiveOutputs } from "../live-outputs.ts";
import { EXCLUDE_OPTION, NATS_OPTION } from "../options/fleet.ts";
import { keyOf } from "../options/row.ts";
import { type Output, openOutputs, releaseOutputs, writeOutputs } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import type { Terminal } from "../terminal.ts";
import { deflate } from "../zlib.ts";

/** Returns the exit code of the run. Throws `NightjarError` where there is nothing to fold. */
export async function runCollect(runId: string, flags: Flags, terminal: Terminal): Promise<number> {
  const access = natsAccessIn(flags, NATS_OPTION);
  const exclude = new Set((flags[keyOf(EXCLUDE_OPTION)] as string[] | undefined) ?? []);
  const note = (sentence: string) => terminal.note(sentence);
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  try {
    return await withBroker({ access, name: `collect of ${runId}`, note }, async (bus) => {
      const merged: Snapshot[] = [];
      const onMerged = (one: Snapshot) => void merged.push(one);
      const fold = await collect(bus, runId, { exclude, onMerged });
      if (!fold.hasEnded) note(endless(runId));
      return write(fold, merged, outputs, terminal);
    });
  } finally {
    releaseOutputs(outputs);
  }
}

/** Who has not spoken to the end by now is taken for lost, and may speak yet. */
function endless(runId: string): string {
  return `run ${runId} has no end yet: it goes on, or its coordinator has died. This is it so far`;
}

/** What the run has written while it went on is written after it. */
async function write(
  fold: FleetFold,
  merged: readonly Snapshot[],
  outputs: readonly Output[],
  terminal: Terminal,
): Promise<number> {
  const { plan, startedAt, runId: id } = fold.head as Head;
  const live = new LiveOutputs(outputs, plan as Plan, terminal);
  const result = fold.result(deflate);
  live.start({ id, startedAt });
  for (const one of merged) live.add(one);
  await writeOutputs(result, { outputs, live, screen: terminal });
  return EXIT_OF_OUTCOME[result.verdict.outcome];
}
