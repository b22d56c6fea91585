/** `nightjar run`: one plan, measured and judged. */
import { EXIT } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { guardTarget } from "../guard.ts";
import { Interruptions } from "../interruptions.ts";
import { LiveOutputs } from "../live-outputs.ts";
import { type LocalRun, prepareLocal } from "../local-run.ts";
import { openOutputs, releaseOutputs, writeOutputs } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import { type PlanInput, readPlanInput } from "../plan-input.ts";
import { showProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

const EXIT_OF_OUTCOME = {
  pass: EXIT.pass,
  fail: EXIT.thresholdFailed,
  inconclusive: EXIT.inconclusive,
} as const;

interface Measured {
  readonly result: Result;
  readonly interrupted: boolean;
}

/**
 * Returns the exit code. Throws `NightjarError` before any load is sent, or when an output cannot
 * be written.
 */
export async function run(source: string, flags: Flags, terminal: Terminal): Promise<number> {
  const input = readPlanInput(source, flags);
  const outputs = openOutputs((flags.output as string[] | undefined) ?? []);
  try {
    const live = new LiveOutputs(outputs, input.plan, terminal);
    const measured = await conduct(input, { flags, terminal, live });
    if (!measured) return EXIT.interrupted;
    const { result, interrupted } = measured;
    await writeOutputs(result, { outputs, live, screen: terminal });
    return interrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[result.verdict.outcome];
  } finally {
    releaseOutputs(outputs);
  }
}

/** Who is told how a run goes, and how. */
interface Listeners {
  readonly flags: Flags;
  readonly terminal: Terminal;
  readonly live: LiveOutputs;
}

/** `undefined`: interrupted before it was ready to send. */
async function conduct(
  { plan, assets }: PlanInput,
  { flags, terminal, live }: Listeners,
): Promise<Measured | undefined> {
  let prepared: LocalRun | undefined;
  const interruptions = new Interruptions((name) => {
    if (!prepared) return;
    if (interruptions.count === 1) terminal.note(`${name}: ending; once more to end at once`);
    prepared.interrupt(name);
  });
  try {
    prepared = await prepareLocal(plan, assets, {
      signal: interruptions.signal,
      onSnapshot: (merged) => live.add(merged),
    });
    guardTarget(plan, prepared.addresses, flags.yes === true);
    return {
      result: await measure(prepared, plan, {
        ...{ flags, terminal, live },
        interrupted: interruptions.signal,
      }),
      interrupted: interruptions.count > 0,
    };
  } catch (error) {
    if (prepared || interruptions.count === 0) throw error;
    terminal.note("nightjar: interrupted before any load was sent");
    return undefined;
  } finally {
    await prepared?.close();
    interruptions.release();
  }
}

interface Surroundings extends Listeners {
  readonly interrupted: AbortSignal;
}

async function measure(
  prepared: LocalRun,
  plan: Plan,
  { flags, terminal, live, interrupted }: Surroundings,
): Promise<Result> {
  const send = () => prepared.measure((start) => live.start(start));
  if (flags.quiet === true) return send();
  terminal.note(announcement(plan, prepared));
  const endProgress = showProgress({ fold: prepared.fold, interrupted }, terminal);
  try {
    return await send();
  } finally {
    endProgress();
  }
}

function paceOf({ rate, stages, arrivals }: Plan["load"]): string {
  const pace = stages === undefined ? `${rate}/s` : `${stages.length} stages up to ${rate}/s`;
  return `${pace} ${arrivals}`;
}

function announcement(
  { load, duration, targets, warmup, probe }: Plan,
  { workers }: LocalRun,
): string {
  const rate = load.rate === "max" ? "as fast as answers come" : paceOf(load);
  const length = duration === "unlimited" ? `${load.requests} exchanges` : duration;
  const before = warmup === "0s" ? "" : ` after ${warmup} of warm-up`;
  const aside = probe ? " and a probe" : "";
  const crew = `${workers} ${workers === 1 ? "worker" : "workers"}${aside}`;
  const [{ method, url }, ...others] = targets;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const by = `${load.connections} connections`;
  const facts = [`${load.model} loop`, rate, `${length}${before}`, by, crew];
  return `${method} ${url}${more}: ${facts.join(", ")}`;
}
