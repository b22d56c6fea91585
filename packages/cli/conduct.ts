/** One run, from its plan to its Result: prepared, guarded, shown, and interruptible. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { counted } from "@nightjar/formats/figures.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import type { Crew } from "./crew.ts";
import { guardTarget } from "./guard.ts";
import { Interruptions } from "./interruptions.ts";
import { type LocalRun, prepareLocal } from "./local-run.ts";
import type { Flags } from "./plan-flags.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface Measured {
  readonly result: Result;
  readonly interrupted: boolean;
}

/** What is to be run, and by whom. */
export interface Errand {
  readonly plan: Plan;
  readonly assets: Assets;
  readonly crew: Crew;
}

/** What is written while the run goes on. */
interface LiveListener {
  start(start: RunStart): void;
  add(merged: Snapshot): void;
}

/** Who is told how a run goes, and how. */
export interface Listeners {
  readonly flags: Flags;
  readonly terminal: Terminal;
  readonly live?: LiveListener;
}

/** `undefined`: interrupted before it was ready to send. Leaves nothing of the crew. */
export async function conduct(
  { plan, assets, crew }: Errand,
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
      crew,
      signal: interruptions.signal,
      onSnapshot: (merged) => live?.add(merged),
      onLoss: (sentence) =>
        flags.quiet || terminal.note(`${sentence}; what it had to send is not sent`),
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
  const send = () => prepared.measure((start) => live?.start(start));
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

/** What is about to be sent, and by whom. */
export function announcement(
  { load, duration, targets, warmup, probe }: Plan,
  { workers }: Pick<LocalRun, "workers">,
): string {
  const rate = load.rate === "max" ? "as fast as answers come" : paceOf(load);
  const length = duration === "unlimited" ? counted(load.requests ?? 0, "exchange") : duration;
  const before = warmup === "0s" ? "" : ` after ${warmup} of warm-up`;
  const aside = probe ? " and a probe" : "";
  const crew = `${counted(workers, "worker")}${aside}`;
  const [{ method, url }, ...others] = targets;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const by = counted(load.connections, "connection");
  const facts = [`${load.model} loop`, rate, `${length}${before}`, by, crew];
  return `${method} ${url}${more}: ${facts.join(", ")}`;
}
