/** `nightjar run`: one plan, measured and judged. */
import { EXIT } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan.ts";
import type { Result } from "@nightjar/core/result.ts";
import { guardTarget } from "../guard.ts";
import { type LocalRun, prepareLocal } from "../local-run.ts";
import { parseOutputs, type Screen, writeOutputs } from "../outputs.ts";
import { assetsOf, type Flags, planFromInput } from "../plan-input.ts";
import { showProgress } from "../progress.ts";

export interface Terminal extends Screen {
  /** One line on standard error. */
  note(text: string): void;
}

const EXIT_OF_OUTCOME = {
  pass: EXIT.pass,
  fail: EXIT.thresholdFailed,
  inconclusive: EXIT.inconclusive,
} as const;

/** Returns the exit code. Throws `NightjarError` before any load is sent. */
export async function run(source: string, flags: Flags, terminal: Terminal): Promise<number> {
  const plan = planFromInput(source, flags);
  const assets = assetsOf(plan);
  const outputs = parseOutputs((flags.output as string[] | undefined) ?? []);
  const prepared = await prepareLocal(plan, assets);
  try {
    guardTarget(plan, prepared.addresses, flags.yes === true);
    if (flags.quiet !== true) terminal.note(announcement(plan, prepared));
    const { result, interrupted } = await measure(prepared, flags, terminal);
    writeOutputs(outputs, result, terminal);
    return interrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[result.verdict.outcome];
  } finally {
    await prepared.close();
  }
}

function announcement({ load, duration, targets, warmup }: Plan, { workers }: LocalRun): string {
  const rate = load.rate === "max" ? "as fast as answers come" : `${load.rate}/s ${load.arrivals}`;
  const length = duration === "unlimited" ? `${load.requests} exchanges` : duration;
  const before = warmup === "0s" ? "" : ` after ${warmup} of warm-up`;
  const by = `${load.connections} connections, ${workers} ${workers === 1 ? "worker" : "workers"}`;
  return `${targets[0].method} ${targets[0].url}: ${load.model} loop, ${rate}, ${length}${before}, ${by}`;
}

async function measure(
  prepared: LocalRun,
  flags: Flags,
  terminal: Terminal,
): Promise<{ result: Result; interrupted: boolean }> {
  let interruptions = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    interruptions++;
    if (interruptions === 1) terminal.note(`${signal}: ending; once more to end at once`);
    prepared.interrupt(signal);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const endProgress = flags.quiet === true ? () => {} : showProgress(prepared.fold, terminal.note);
  try {
    const result = await prepared.measure();
    return { result, interrupted: interruptions > 0 };
  } finally {
    endProgress();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
