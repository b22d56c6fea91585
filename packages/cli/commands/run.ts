/** `nightjar run`: one plan, measured and judged. */
import { EXIT } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan.ts";
import type { Result } from "@nightjar/core/result.ts";
import { guardTarget } from "../guard.ts";
import { Interruptions } from "../interruptions.ts";
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
    const measured = await conduct(input, flags, terminal);
    if (!measured) return EXIT.interrupted;
    const { result, interrupted } = measured;
    writeOutputs(outputs, result, terminal);
    return interrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[result.verdict.outcome];
  } finally {
    releaseOutputs(outputs);
  }
}

/** `undefined`: interrupted before it was ready to send. */
async function conduct(
  { plan, assets }: PlanInput,
  flags: Flags,
  terminal: Terminal,
): Promise<Measured | undefined> {
  let prepared: LocalRun | undefined;
  const interruptions = new Interruptions((name) => {
    if (!prepared) return;
    if (interruptions.count === 1) terminal.note(`${name}: ending; once more to end at once`);
    prepared.interrupt(name);
  });
  try {
    prepared = await prepareLocal(plan, assets, { signal: interruptions.signal });
    guardTarget(plan, prepared.addresses, flags.yes === true);
    return {
      result: await measure(prepared, plan, { flags, terminal, interrupted: interruptions.signal }),
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

interface Surroundings {
  readonly flags: Flags;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

async function measure(
  prepared: LocalRun,
  plan: Plan,
  { flags, terminal, interrupted }: Surroundings,
): Promise<Result> {
  if (flags.quiet === true) return prepared.measure();
  terminal.note(announcement(plan, prepared));
  const endProgress = showProgress({ fold: prepared.fold, interrupted }, terminal);
  try {
    return await prepared.measure();
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
