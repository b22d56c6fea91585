/** A run on this machine: an ensemble of worker processes, from the order to the Result. */
import { randomUUID } from "node:crypto";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { resultOf } from "@nightjar/core/result/result-of.ts";
import { type Stop, StopWatch } from "@nightjar/core/result/stop-watch.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { Assets, Run } from "@nightjar/core/run/load-generator.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { Crew } from "./crew.ts";
import { lossIn } from "./loss.ts";
import { deflate } from "./zlib.ts";

/** Between the order and T0, so that every worker has heard it. */
const START_LEAD_NS = 50e6;
const KILL_AFTER_MS = 1000;
/**
 * The parent collects its garbage so often, in some 10 ms, or it holds 20 MB more of it than it
 * needs. It measures nothing itself.
 */
const TIDY_MS = 10_000;

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

export interface LocalRun {
  readonly fold: RunFold;
  /** Addresses that load will go to. */
  readonly addresses: readonly string[];
  /** Those that carry the load. */
  readonly workers: number;
  /**
   * Sends the load and gives the Result. `onStart` is told just before. `t0Ns`, on the monotonic
   * clock: default a moment from now.
   */
  measure(onStart?: (start: RunStart) => void, t0Ns?: number): Promise<Result>;
  /**
   * First call: a graceful end. Second: at once. Third: without waiting for what the workers still
   * say.
   */
  interrupt(reason: string): void;
  /** Gives it up: no worker is left. */
  close(): Promise<void>;
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
  let fold: RunFold | undefined;
  let ensembleRun: LocalEnsemble | undefined;
  const onMerged = (merged: Snapshot) => {
    onSnapshot?.(merged);
    const stop = watch.look(merged);
    if (stop !== undefined) ensembleRun?.stopAt(stop);
  };
  const generator = ensemble(crew.generators, {
    clock: realClock(monotonicNs),
    lostChild: "degrade",
    probe: plan.probe,
    placed: (specs) => {
      fold = new RunFold(plan, specs, onMerged, generator.capabilities.latency);
    },
    observe: (event) => {
      fold?.apply(event);
      const loss = lossIn(event);
      if (loss !== undefined) onLoss?.(loss);
    },
  });
  const share = wholeShare(plan.load.connections);
  const order = { plan, share, runId: randomUUID(), child: "", incarnation: 0, from: 0, assets };
  try {
    const run = await generator.prepare(order, signal);
    const { capabilities } = generator;
    ensembleRun = new LocalEnsemble(order.runId, crew, run, fold as RunFold, capabilities);
    return ensembleRun;
  } catch (error) {
    await crew.stop(KILL_AFTER_MS);
    throw error;
  }
}

class LocalEnsemble implements LocalRun {
  readonly addresses: readonly string[];
  private readonly interruptions: string[] = [];
  private closing: Timer | undefined;
  private stopped: Stop | undefined;

  constructor(
    private readonly id: string,
    private readonly crew: Crew,
    private readonly run: Run,
    readonly fold: RunFold,
    private readonly generator: Parameters<typeof resultOf>[1]["generator"],
  ) {
    this.addresses = run.ready.addresses;
  }

  /** The probe is not among them. */
  get workers(): number {
    return this.run.ready.workers - (this.fold.plan.probe ? 1 : 0);
  }

  async measure(onStart?: (start: RunStart) => void, t0Ns = soonNs()): Promise<Result> {
    const environment = watchEnvironment();
    const startedAt = new Date().toISOString();
    onStart?.({ id: this.id, startedAt });
    if (this.interruptions.length === 0) this.run.start(t0Ns);
    const tidying = setInterval(() => Bun.gc(true), TIDY_MS);
    for await (const event of this.run.events) if (event.type === "ended") break;
    clearInterval(tidying);
    await this.close();
    return resultOf(this.fold.finish(), {
      id: this.id,
      startedAt,
      generator: this.generator,
      workers: this.workers,
      lookupNs: this.run.ready.lookupNs,
      environment: environment(),
      deflate,
      ...(this.interruptions.length === 0 ? {} : { interrupted: this.interruptions[0] }),
      ...(this.stopped === undefined ? {} : { stopped: this.stopped }),
    });
  }

  /** A condition of the plan has held for long enough. */
  stopAt(stop: Stop): void {
    if (this.stopped !== undefined || this.interruptions.length > 0) return;
    this.stopped = stop;
    this.run.stop(stop.condition);
  }

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

  async close(): Promise<void> {
    clearTimeout(this.closing);
    await this.crew.stop(KILL_AFTER_MS);
  }
}
