/**
 * SimulatedChild: a LoadGenerator in virtual time. It walks its real share of the real schedule,
 * and is honest.
 *
 *     preparing ──▶ ready ──start──▶ running ──plan's end | stop──▶ draining ──▶ ended
 *                                                  all answered | drain over | second stop
 */

import { NightjarError } from "../errors.ts";
import { INTERVAL_NS } from "../record/snapshot.ts";
import { type Capabilities, MEASURED_COLUMNS, TOLD_COUNTS } from "../run/capabilities.ts";
import { Channel } from "../run/channel.ts";
import type { Clock } from "../run/clock.ts";
import { FEATURES } from "../run/feature.ts";
import type { LoadGenerator, Order, Run, RunEvent } from "../run/load-generator.ts";
import { Life } from "./life.ts";
import { SimulatedRecorder } from "./recorder.ts";

export const SIMULATED: Capabilities = {
  name: "simulated",
  version: "0",
  protocols: ["http1"],
  models: ["open", "closed"],
  arrivals: ["constant", "poisson"],
  features: FEATURES,
  exactCounts: true,
  start: "instant",
  live: true,
  bySecond: true,
  fidelity: "histogram",
  latency: "response",
  columns: MEASURED_COLUMNS,
  tells: TOLD_COUNTS,
};

export interface ChildScript {
  readonly clock: Clock;
  readonly prepareNs?: number;
  /** Refuses with this message. */
  readonly refusal?: string;
  /** Takes no notice of a cancellation while it prepares. */
  readonly stubborn?: boolean;
}

/** `runs` collects the runs that were prepared, for a test to look into. */
export function simulatedChild(script: ChildScript, runs: SimulatedRun[] = []): LoadGenerator {
  return {
    capabilities: SIMULATED,
    async prepare(order, signal) {
      await pause(script, signal);
      if (script.refusal !== undefined)
        throw new NightjarError("refused", script.refusal, "ask later");
      const run = new SimulatedRun(order, script.clock);
      runs.push(run);
      return run;
    },
  };
}

function pause(
  { clock, prepareNs = 0, stubborn }: ChildScript,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    clock.after(prepareNs, resolve);
    if (stubborn) return;
    const cancel = () => reject(new NightjarError("prepare-failed", `cancelled: ${signal.reason}`));
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}

export class SimulatedRun implements Run {
  readonly ready = { workers: 1, addresses: ["192.0.2.1"], lookupNs: 1e6 };
  readonly events = new Channel<RunEvent>();
  readonly life: Life;
  /** How the run was stopped; the test's view. */
  outcome: "done" | "stopped" | undefined;
  private readonly recorder: SimulatedRecorder;
  private interval: number;
  private t0Ns: number | undefined;
  private reason = "";
  private ended = false;
  private cancelTimer = () => {};

  constructor(
    private readonly order: Order,
    private readonly clock: Clock,
  ) {
    this.life = new Life(order.plan, order.share, order.from);
    this.recorder = new SimulatedRecorder(this.life);
    this.interval = order.from;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  start(t0Ns: number): void {
    if (this.ended) return;
    this.t0Ns = t0Ns;
    this.cancelTimer = this.clock.after(
      t0Ns + this.order.from * INTERVAL_NS - this.clock.nowNs(),
      () => {
        this.emit({ type: "started", ...this.name(), latenessNs: 0 });
        this.turn();
      },
    );
  }

  stop(reason: string): void {
    if (this.ended) return;
    const nowNs = this.nowNs();
    if (nowNs < this.order.from * INTERVAL_NS) this.end("stopped", reason, 0);
    else if (this.life.isDraining) this.life.drainedNs = nowNs;
    else {
      this.reason = reason;
      this.outcome = "stopped";
      this.life.advance(nowNs);
      this.life.stop(nowNs);
    }
    this.turn();
  }

  private nowNs(): number {
    return this.t0Ns === undefined ? -1 : this.clock.nowNs() - this.t0Ns;
  }

  private name() {
    return { child: this.order.child, incarnation: this.order.incarnation };
  }

  private emit(event: RunEvent): void {
    this.events.push(event);
  }

  /** Brings everything up to the present, and waits for what comes next. */
  private turn(): void {
    if (this.ended) return;
    this.cancelTimer();
    const { life } = this;
    const nowNs = this.nowNs();
    life.advance(nowNs + 0.5);
    while (nowNs >= this.boundaryNs()) this.rotate(this.boundaryNs());
    if (!life.isDraining && (life.isExhausted || nowNs >= life.untilNs)) life.stop(nowNs);
    if (life.isDraining && (life.inFlight.length === 0 || nowNs >= life.drainedNs)) {
      this.finish(nowNs);
      return;
    }
    const nextNs = Math.min(this.boundaryNs(), life.isDraining ? life.nextEndNs() : life.untilNs);
    this.cancelTimer = this.clock.after(nextNs - nowNs, () => this.turn());
  }

  private boundaryNs(): number {
    return (this.interval + 1) * INTERVAL_NS;
  }

  private rotate(toNs: number): void {
    const key = { ...this.name(), interval: this.interval };
    this.emit(this.recorder.snapshot(key, this.interval * INTERVAL_NS, toNs));
    this.interval++;
  }

  /** The present instant belongs to the last interval. */
  private finish(nowNs: number): void {
    this.life.cut(nowNs);
    this.rotate(nowNs + 1);
    this.end(this.outcome ?? "done", this.reason, this.life.untilNs);
  }

  private end(outcome: "done" | "stopped", reason: string, untilNs: number): void {
    this.ended = true;
    this.outcome = outcome;
    const intervals = this.interval - this.order.from;
    this.emit({ type: "ended", ...this.name(), outcome, reason, intervals, untilNs });
    this.events.end();
  }
}
