/**
 * FoldedRun: a crew of this machine as one generator, and what it says folded into a Result.
 *
 *     prepareFolded ──▶ measure(T0) ──▶ Result      nothing of the crew is left by then
 *                        └─ stop, close: at any time
 */
import { randomUUID } from "node:crypto";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { type ResultContext, resultOf } from "@nightjar/core/result/result-of.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { LoadGenerator, Order, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { Crew } from "./crew.ts";
import { deflate } from "./zlib.ts";

/** Between the order and T0, so that every worker has heard it. */
export const START_LEAD_NS = 50e6;
/** For what was told to end, and does not. */
export const KILL_AFTER_MS = 1000;

export interface FoldedOrder extends Pick<Order, "plan" | "assets" | "limits" | "details"> {
  /** Who sends the load. */
  readonly crew: Crew;
  /** Aborted while it is being prepared: cancels it. */
  readonly signal: AbortSignal;
  /** Told of every second that is merged, and again of what is added to it later. */
  readonly onMerged?: (merged: Snapshot) => void;
  /** Told of every event of every worker, when it has been folded. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** No load is sent. Throws a `NightjarError`, and leaves nothing of the crew then. */
export async function prepareFolded(order: FoldedOrder): Promise<FoldedRun> {
  const { plan, crew, signal, assets, limits, details } = order;
  const { generator, folded } = foldedEnsemble(order);
  const id = randomUUID();
  const share = wholeShare(plan.load.connections);
  const named = { runId: id, child: "", incarnation: 0, from: 0 };
  try {
    const run = await generator.prepare({ plan, share, ...named, assets, limits, details }, signal);
    return new FoldedRun({ id, generator, run, fold: folded(), crew });
  } catch (error) {
    await crew.stop(KILL_AFTER_MS);
    throw error;
  }
}

function foldedEnsemble({ plan, crew, onMerged, onEvent }: FoldedOrder) {
  let fold: RunFold | undefined;
  const generator: LoadGenerator = ensemble(crew.generators, {
    clock: realClock(monotonicNs),
    lostChild: "degrade",
    probe: plan.probe,
    placed: (specs) => {
      fold = new RunFold(plan, specs, onMerged, generator.capabilities.latency);
    },
    observe: (event) => {
      fold?.apply(event);
      onEvent?.(event);
    },
  });
  return { generator, folded: () => fold as RunFold };
}

interface Parts {
  readonly id: string;
  readonly generator: LoadGenerator;
  readonly run: Run;
  readonly fold: RunFold;
  readonly crew: Crew;
}

/** What is known only when the run has ended. */
type Ending = Pick<ResultContext, "interrupted" | "stopped">;

export class FoldedRun {
  readonly id: string;
  readonly fold: RunFold;
  /** Addresses that load will go to. */
  readonly addresses: readonly string[];

  constructor(private readonly parts: Parts) {
    this.id = parts.id;
    this.fold = parts.fold;
    this.addresses = parts.run.ready.addresses;
  }

  get plan(): Plan {
    return this.fold.plan;
  }

  /** Those that carry the load: the probe is not among them. */
  get workers(): number {
    return this.parts.run.ready.workers - (this.plan.probe ? 1 : 0);
  }

  /** Until all have ended. `t0Ns`: on the monotonic clock; `null`: it was told to end already. */
  async measure(
    t0Ns: number | null,
    startedAt: string,
    ending: () => Ending = () => ({}),
  ): Promise<Result> {
    const { id, generator, run, fold } = this.parts;
    const environment = watchEnvironment();
    if (t0Ns !== null) run.start(t0Ns);
    for await (const event of run.events) if (event.type === "ended") break;
    await this.close();
    return resultOf(fold.finish(), {
      ...{ id, startedAt, deflate },
      generator: generator.capabilities,
      workers: this.workers,
      lookupNs: run.ready.lookupNs,
      environment: environment(),
      ...ending(),
    });
  }

  /** First call: nothing more becomes due; what is in flight may end. Second: at once. */
  stop(reason: string): void {
    this.parts.run.stop(reason);
  }

  /** No worker is left. */
  async close(): Promise<void> {
    await this.parts.crew.stop(KILL_AFTER_MS);
  }
}
