/**
 * `nightjar run` of a document with several clients: a plan each, begun at one T0, and their
 * exchanges added up.
 */
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import {
  SIDE_BY_SIDE_SCHEMA,
  type SideBySide,
  WholeTotals,
  worstOutcome,
} from "@nightjar/core/result/side-by-side.ts";
import { MEASURED_COLUMNS } from "@nightjar/core/run/capabilities.ts";
import type { Listeners } from "../conduct.ts";
import { recruit } from "../crew.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { guardTarget } from "../guard.ts";
import { Interruptions } from "../interruptions.ts";
import { type LocalRun, prepareLocal, soonNs } from "../local-run.ts";
import { releaseOutputs } from "../outputs.ts";
import type { PlanInput } from "../plan-input.ts";
import { openForSeveral, writeSeveral } from "../several-outputs.ts";

/**
 * Returns the exit code. All of them are ready before any sends load. Throws `NightjarError` before
 * any load is sent, or when an output cannot be written.
 */
export async function runTogether(
  inputs: readonly PlanInput[],
  { flags, terminal }: Listeners,
): Promise<number> {
  const outputs = openForSeveral(flags);
  const whole = new WholeTotals();
  const runs: LocalRun[] = [];
  const interruptions = new Interruptions((name) => {
    if (runs.length > 0 && interruptions.count === 1) {
      terminal.note(`${name}: ending; once more to end at once`);
    }
    for (const run of runs) run.interrupt(name);
  });
  try {
    for (const input of inputs) runs.push(await ready(input, whole, interruptions.signal));
    for (const [at, { plan }] of inputs.entries()) {
      guardTarget(plan, runs[at].addresses, flags.yes === true);
    }
    if (flags.quiet !== true) terminal.note(`${inputs.length} clients begin together`);
    const t0Ns = soonNs();
    const results = await Promise.all(runs.map((run) => run.measure(undefined, t0Ns)));
    const document = documentOf(inputs, results, whole);
    await writeSeveral(document, outputs, terminal);
    return interruptions.count > 0 ? EXIT.interrupted : EXIT_OF_OUTCOME[document.verdict.outcome];
  } catch (error) {
    if (runs.length === inputs.length || interruptions.count === 0) throw error;
    terminal.note("nightjar: interrupted before any load was sent");
    return EXIT.interrupted;
  } finally {
    await Promise.all(runs.map((run) => run.close()));
    interruptions.release();
    releaseOutputs(outputs);
  }
}

async function ready(input: PlanInput, whole: WholeTotals, signal: AbortSignal): Promise<LocalRun> {
  const start = await recruit(input);
  return prepareLocal(input.plan, input.assets, {
    crew: start(),
    signal,
    onSnapshot: (merged) => whole.add(merged),
  });
}

function documentOf(
  inputs: readonly PlanInput[],
  results: readonly Result[],
  totals: WholeTotals,
): SideBySide {
  const common = MEASURED_COLUMNS.filter((column) =>
    results.every(({ latencyMs }) => latencyMs[column] !== undefined),
  );
  return {
    schema: SIDE_BY_SIDE_SCHEMA,
    name: inputs[0].plan.name,
    order: inputs.map((_, at) => `client ${at + 1}`),
    coolDownS: null,
    results: [...results],
    whole: totals.whole(common),
    failures: [],
    verdict: { outcome: worstOutcome(results, []) },
  };
}

/** Which plan is meant is asked of one alone. */
export function refuseSeveral(inputs: readonly PlanInput[], what: string): void {
  if (inputs.length === 1) return;
  throw new NightjarError(
    "bad-usage",
    `${what}: the document has ${inputs.length} clients, a plan each`,
    "nightjar convert --from smp --to plan shows them",
  );
}
