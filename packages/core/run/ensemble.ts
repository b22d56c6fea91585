/**
 * An ensemble of load generators is a load generator: it splits the share by connections, starts
 * all children at one T0, merges their snapshots interval by interval, and decides what the loss of
 * a child means.
 *
 *     preparing ──all ready──▶ ready ──start(t0)──▶ running ──every child ended──▶ ended
 *         │ one refuses or the signal aborts          │ a child is lost
 *         ▼                                           ▼ policy fail: the others stop
 *      all aborted, error thrown                        policy degrade: go on without it
 */

import { assert } from "../errors.ts";
import { SECOND_NS } from "../plan/quantity.ts";
import { weakestFidelity } from "../record/fidelity.ts";
import { weakestOf } from "./capabilities.ts";
import { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { type ChildSpec, Collector } from "./collector.ts";
import {
  type Ended,
  type LoadGenerator,
  lossOf,
  type Order,
  type Outcome,
  type Ready,
  type Run,
  type RunEvent,
  type Started,
} from "./load-generator.ts";
import { placementsOf, prepareTogether, stopAtOnce } from "./placement.ts";

export interface EnsembleOptions {
  readonly clock: Clock;
  /** What the loss of a child means for the others. */
  readonly lostChild: "fail" | "degrade";
  /** In proportion to these the connections are split; default: evenly. */
  readonly weights?: readonly number[];
  /** The first child is a probe: one connection, and 1 % of the exchanges. */
  readonly probe?: boolean;
  /**
   * A running child that says nothing for so long, beyond its own patience, is lost. Snapshots come
   * every second.
   */
  readonly silenceNs?: number;
  /** Sees every event of every child, before it is merged. */
  readonly observe?: (event: RunEvent) => void;
  /** Told once, after the split: the children that take part. */
  readonly placed?: (specs: readonly ChildSpec[]) => void;
  /** What people call a child; default `child 0`. */
  readonly called?: (child: string) => string;
}

const DEFAULT_SILENCE_NS = 60 * SECOND_NS;
/** Silence is looked for twice in its limit, so it may have lasted half as long again. */
const SILENCE_MARGIN = 1.5;

export function ensemble(
  children: readonly LoadGenerator[],
  options: EnsembleOptions,
): LoadGenerator {
  return {
    capabilities: weakestOf(children.map((child) => child.capabilities)),
    prepare: (order, signal) => prepareAll(children, options, order, signal),
  };
}

async function prepareAll(
  children: readonly LoadGenerator[],
  options: EnsembleOptions,
  order: Order,
  signal: AbortSignal,
): Promise<Run> {
  const placements = placementsOf(children, order, options);
  assert(placements.length > 0, "an ensemble has children, and a share with connections");
  const runs = await prepareTogether(placements, signal);
  const specs = placements.map(({ order: { child, share } }, index) => {
    const spec = { id: child, share, workers: runs[index].ready.workers };
    return options.probe === true && index === 0 ? { ...spec, isProbe: true } : spec;
  });
  options.placed?.(specs);
  return new EnsembleRun(order, specs, runs, options);
}

interface Child {
  readonly id: string;
  readonly run: Run;
  heardNs: number;
  started: Started | undefined;
  ended: Ended | undefined;
}

class EnsembleRun implements Run {
  readonly events = new Channel<RunEvent>();
  readonly ready: Ready;
  private readonly children: Child[];
  private readonly collector: Collector;
  private t0Ns = Number.POSITIVE_INFINITY;
  private startedSent = false;
  private givenUp = false;
  private finished = false;
  private cancelWatch: () => void = () => {};

  constructor(
    private readonly order: Order,
    specs: readonly ChildSpec[],
    runs: readonly Run[],
    private readonly options: EnsembleOptions,
  ) {
    this.ready = {
      workers: runs.reduce((sum, run) => sum + run.ready.workers, 0),
      addresses: [...new Set(runs.flatMap((run) => run.ready.addresses))],
      patienceNs: SILENCE_MARGIN * Math.max(...runs.map((run) => this.silenceNs(run))),
      lookupNs: Math.max(...runs.map((run) => run.ready.lookupNs)),
    };
    this.children = specs.map(({ id }, index) => ({
      id,
      run: runs[index],
      heardNs: Number.POSITIVE_INFINITY,
      started: undefined,
      ended: undefined,
    }));
    const key = { child: order.child, incarnation: order.incarnation };
    this.collector = new Collector(order.plan, specs, key, (merged) => this.events.push(merged), {
      from: order.from,
    });
    for (const child of this.children) void this.listen(child);
  }

  start(t0Ns: number): void {
    this.t0Ns = t0Ns;
    const running = this.children.filter((child) => !child.ended);
    for (const child of running) {
      child.heardNs = Math.max(t0Ns, this.options.clock.nowNs());
      child.run.start(t0Ns);
    }
    if (running.length > 0) this.watch();
  }

  stop(reason: string): void {
    this.collector.stopAsked(this.options.clock.nowNs() - this.t0Ns);
    for (const child of this.children) if (!child.ended) child.run.stop(reason);
  }

  private silenceNs(run: Run): number {
    return (this.options.silenceNs ?? DEFAULT_SILENCE_NS) + (run.ready.patienceNs ?? 0);
  }

  /** Looks for children that have gone silent, as often as twice in the limit. */
  private watch(): void {
    const { clock, silenceNs = DEFAULT_SILENCE_NS } = this.options;
    const dueNs = clock.nowNs() + silenceNs / 2;
    this.cancelWatch = clock.after(silenceNs / 2, () => {
      this.lookForSilent(Math.max(0, clock.nowNs() - dueNs));
      if (this.children.some((child) => !child.ended)) this.watch();
    });
  }

  /** `stillNs`: we stood still ourselves. A laptop that sleeps stops all of us. */
  private lookForSilent(stillNs: number): void {
    const nowNs = this.options.clock.nowNs();
    for (const child of this.children) {
      child.heardNs += stillNs;
      if (!child.ended && nowNs - child.heardNs > this.silenceNs(child.run)) this.dismiss(child);
    }
  }

  private dismiss(child: Child): void {
    stopAtOnce(child.run, "silent for too long");
    this.onEnded(child, this.lostEnd(child, "silent for too long"));
  }

  private async listen(child: Child): Promise<void> {
    for await (const event of child.run.events) {
      if (child.ended) return;
      child.heardNs = this.options.clock.nowNs();
      this.onEvent(child, event);
    }
    if (!child.ended) this.onEnded(child, this.lostEnd(child, "its events stopped without an end"));
  }

  private onEvent(child: Child, event: RunEvent): void {
    if (event.type === "ended") {
      this.onEnded(child, event);
      return;
    }
    this.options.observe?.(event);
    if (event.type === "snapshot") this.collector.add(event);
    else child.started ??= event;
    this.announceStart();
  }

  private onEnded(child: Child, event: Ended): void {
    if (child.ended) return;
    child.ended = event;
    this.options.observe?.(event);
    this.collector.ended(event);
    this.collector.leave(child.id);
    if (isLoss(event.outcome) && this.options.lostChild === "fail") this.giveUp(event);
    this.announceStart();
    if (this.children.every((one) => one.ended)) this.finish();
  }

  /** Once: a second stop would not let the others drain. */
  private giveUp(event: Ended): void {
    if (this.givenUp) return;
    this.givenUp = true;
    const name = this.options.called?.(event.child) ?? `child ${event.child}`;
    this.stop(lossOf(name, event) ?? event.reason);
  }

  private announceStart(): void {
    if (this.startedSent) return;
    const waiting = this.children.some((child) => !child.started && !child.ended);
    const started = this.children.flatMap((child) => child.started ?? []);
    if (waiting || started.length === 0) return;
    this.startedSent = true;
    const latenessNs = Math.max(...started.map((one) => one.latenessNs));
    this.events.push({ type: "started", ...this.name(), latenessNs });
  }

  private name(): { child: string; incarnation: number } {
    return { child: this.order.child, incarnation: this.order.incarnation };
  }

  private lostEnd(child: Child, reason: string): Ended {
    return {
      type: "ended",
      child: child.id,
      incarnation: this.order.incarnation,
      outcome: "lost",
      reason,
      intervals: null,
      untilNs: null,
    };
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.cancelWatch();
    this.collector.finish();
    const ends = this.children.flatMap((child) => child.ended ?? []);
    const untils = ends.flatMap((end) => end.untilNs ?? []);
    this.events.push({
      type: "ended",
      ...this.name(),
      ...this.outcome(ends),
      intervals: this.collector.emitted,
      untilNs: untils.length === 0 ? null : Math.max(...untils),
      ...wordsOf(ends),
    });
    this.events.end();
  }

  /**
   * All lost: lost, and what they owed is for the parent to account for. Some lost: failed or,
   * where the policy allows, what the others came to.
   */
  private outcome(ends: readonly Ended[]): { outcome: Outcome; reason: string } {
    const losses = ends.filter((end) => isLoss(end.outcome));
    const stopped = ends.find((end) => end.outcome === "stopped");
    const names = losses
      .map((end) => `child ${end.child} ${end.outcome}: ${end.reason}`)
      .join("; ");
    if (ends.every((end) => end.outcome === "lost")) return { outcome: "lost", reason: names };
    if (losses.length === ends.length) return { outcome: "failed", reason: names };
    if (losses.length > 0 && this.options.lostChild === "fail")
      return { outcome: "failed", reason: names };
    if (stopped) return { outcome: "stopped", reason: stopped.reason };
    return { outcome: "done", reason: names };
  }
}

/** What the children said of how they measured, once each. */
function wordsOf(ends: readonly Ended[]): Pick<Ended, "fidelity" | "notes"> {
  const fidelity = weakestFidelity(ends.flatMap((end) => end.fidelity ?? []));
  const notes = [...new Set(ends.flatMap((end) => end.notes ?? []))];
  return { ...(fidelity ? { fidelity } : {}), ...(notes.length > 0 ? { notes } : {}) };
}

function isLoss(outcome: Outcome): boolean {
  return outcome === "lost" || outcome === "failed";
}
