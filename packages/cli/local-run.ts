/** A run on this machine that a person watches: with conditions that end it, and interruptible. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { type Stop, StopWatch } from "@nightjar/core/result/stop-watch.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type Crew, TIDY_MS } from "./crew.ts";
import { type FoldedRun, KILL_AFTER_MS, prepareFolded, START_LEAD_NS } from "./folded-run.ts";
import { lossIn } from "./loss.ts";

/** So near that nobody waits, and far enough for every worker to have heard of it. */
export function soonNs(): number {
  return monotonicNs() + START_LEAD_NS;
}

export interface LocalRunOptions {
  /** Who sends the load. */
  readonly crew: Crew;
  /** Aborted while it is being prepared: cancels it. */
  readonly signal: AbortSignal;
  /** Told of every second that is merged, and again of what is added to it later. */
  readonly onSnapshot?: (merged: Snapshot) => void;
  /** Told at once of a worker that is gone, while the others go on. */
  readonly onLoss?: (sentence: string) => void;
}

/**
 * Prepares the crew; no load is sent. Throws a `NightjarError` and leaves
 * nothing behind.
 */
export async function prepareLocal(
  plan: Plan,
  assets: Assets,
  { crew, signal, onSnapshot, onLoss }: LocalRunOptions,
): Promise<LocalRun> {
  const watch = new StopWatch(plan);
  let local: LocalRun | undefined;
  const onMerged = (merged: Snapshot) => {
    onSnapshot?.(merged);
    const stop = watch.look(merged);
    if (stop !== undefined) local?.stopAt(stop);
  };
  const run = await prepareFolded({
    ...{ plan, assets, crew, signal, onMerged },
    onEvent: (event) => {
      const loss = lossIn(event);
      if (loss !== undefined) onLoss?.(loss);
    },
  });
  local = new LocalRun(run);
  return local;
}

export class LocalRun {
  private readonly interruptions: string[] = [];
  private closing: Timer | undefined;
  private stopped: Stop | undefined;

  constructor(private readonly run: FoldedRun) {}

  get fold(): RunFold {
    return this.run.fold;
  }

  /** Addresses that load will go to. */
  get addresses(): readonly string[] {
    return this.run.addresses;
  }

  /** Those that carry the load. */
  get workers(): number {
    return this.run.workers;
  }

  /**
   * Sends the load and gives the Result. `onStart` is told just before. `t0Ns`, on the monotonic
   * clock: default a moment from now.
   */
  async measure(onStart?: (start: RunStart) => void, t0Ns = soonNs()): Promise<Result> {
    const startedAt = new Date().toISOString();
    onStart?.({ id: this.run.id, startedAt });
    const tidying = setInterval(() => Bun.gc(true), TIDY_MS);
    try {
      const at = this.interruptions.length === 0 ? t0Ns : null;
      return await this.run.measure(at, startedAt, () => this.ending());
    } finally {
      clearInterval(tidying);
      clearTimeout(this.closing);
    }
  }

  private ending() {
    const [interrupted] = this.interruptions;
    const { stopped } = this;
    return {
      ...(interrupted === undefined ? {} : { interrupted }),
      ...(stopped === undefined ? {} : { stopped }),
    };
  }

  /** A condition of the plan has held for long enough. */
  stopAt(stop: Stop): void {
    if (this.stopped !== undefined || this.interruptions.length > 0) return;
    this.stopped = stop;
    this.run.stop(stop.condition);
  }

  /**
   * First call: a graceful end. Second: at once. Third: without waiting for what the workers still
   * say.
   */
  interrupt(reason: string): void {
    this.interruptions.push(reason);
    this.run.stop(reason);
    if (this.interruptions.length === 2) this.closeLater();
    if (this.interruptions.length >= 3) void this.close();
  }

  /** Who was told to end at once still says what it has measured, unless it is stuck. */
  private closeLater(): void {
    this.closing = setTimeout(() => void this.close(), KILL_AFTER_MS);
  }

  /** Gives it up: no worker is left. */
  async close(): Promise<void> {
    clearTimeout(this.closing);
    await this.run.close();
  }
}
