/** One run, from its plan to its Result: prepared, guarded, shown, and interruptible. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { counted } from "@nightjar/formats/figures.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import { guardTarget } from "./guard.ts";
import { Interruptions } from "./interruptions.ts";
import { AgentsWatch } from "./live/agents-watch.ts";
import type { Flags } from "./plan-flags.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import type { Errand, PreparedRun } from "./venue.ts";

export interface Measured {
  readonly result: Result;
  readonly interrupted: boolean;
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

/** From this interruption on nothing is waited for that has to be cleared away. */
const AT_ONCE = 3;

/** `undefined`: interrupted before it was ready to send. Leaves nothing of it behind. */
export async function conduct(
  { plan, prepare }: Errand,
  { flags, terminal, live }: Listeners,
): Promise<Measured | undefined> {
  let prepared: PreparedRun | undefined;
  const agents = new AgentsWatch();
  const impatient = Promise.withResolvers<never>();
  const interruptions = new Interruptions((name) => {
    if (!prepared) {
      if (interruptions.count >= AT_ONCE) impatient.reject(new Error(name));
      return;
    }
    if (interruptions.count === 1) terminal.note(`${name}: ending; once more to end at once`);
    prepared.interrupt(name);
  });
  try {
    const preparing = prepare({
      signal: interruptions.signal,
      onSnapshot: (merged) => live?.add(merged),
      onEvent: (event) => agents.hear(event),
      onLoss: (sentence) => flags.quiet || terminal.note(sentence),
    });
    prepared = await Promise.race([preparing, impatient.promise]);
    guardTarget(plan, prepared.addresses, flags.yes === true);
    return {
      result: await measure(prepared, plan, {
        ...{ flags, terminal, live, agents },
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
  readonly agents: AgentsWatch;
  readonly interrupted: AbortSignal;
}

async function measure(
  prepared: PreparedRun,
  plan: Plan,
  { flags, terminal, live, agents, interrupted }: Surroundings,
): Promise<Result> {
  if (flags.quiet === true) return prepared.measure((start) => live?.start(start));
  terminal.note(announcement(plan, prepared));
  if (prepared.keptAs !== undefined) terminal.note(`run ${prepared.keptAs}`);
  let endProgress = () => {};
  const { fold, leadS, agents: members } = prepared;
  const look = members && (() => agents.look(members(), fold.totals.headline));
  try {
    return await prepared.measure((start) => {
      live?.start(start);
      endProgress = showProgress({ fold, leadS, agents: look, interrupted }, terminal);
    });
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
  { workers, agents }: Pick<PreparedRun, "workers" | "agents">,
): string {
  const rate = load.rate === "max" ? "as fast as answers come" : paceOf(load);
  const length = duration === "unlimited" ? counted(load.requests ?? 0, "exchange") : duration;
  const before = warmup === "0s" ? "" : ` after ${warmup} of warm-up`;
  const aside = probe ? " and a probe" : "";
  const on = agents === undefined ? "" : ` on ${counted(agents().length, "agent")}`;
  const crew = `${counted(workers, "worker")}${on}${aside}`;
  const [{ method, url }, ...others] = targets;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const by = counted(load.connections, "connection");
  const facts = [`${load.model} loop`, rate, `${length}${before}`, by, crew];
  return `${method} ${url}${more}: ${facts.join(", ")}`;
}
