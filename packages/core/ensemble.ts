/**
 * An ensemble of load generators is a load generator: it splits the share by connections, starts all children at one T0,
 * merges their snapshots interval by interval, and decides what the loss of a child means.
 *
 *     preparing ──all ready──▶ ready ──start(t0)──▶ running ──every child ended──▶ ended
 *         │ one refuses or the signal aborts          │ a child is lost
 *         ▼                                           ▼ policy fail: the others stop
 *      all aborted, error thrown                        policy degrade: go on without it
 */
import { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { type ChildSpec, Collector } from "./collector.ts";
import { NightjarError } from "./errors.ts";
import type {
  Capabilities,
  Ended,
  LoadGenerator,
  Order,
  Outcome,
  Ready,
  Run,
  RunEvent,
  Started,
} from "./load-generator.ts";
import { SECOND_NS } from "./quantity.ts";
import { connectionsOf, splitShare } from "./share.ts";

export interface EnsembleOptions {
  readonly clock: Clock;
  /** What the loss of a child means for the others. */
  readonly lostChild: "fail" | "degrade";
  /** In proportion to these the connections are split; default: evenly. */
  readonly weights?: readonly number[];
  /** A running child that says nothing for so long is lost. Snapshots come every second. */
  readonly silenceNs?: number;
  /** Sees every event of every child, before it is merged. */
  readonly observe?: (event: RunEvent) => void;
  /** Told once, after the split: the children that take part. */
  readonly placed?: (specs: readonly ChildSpec[]) => void;
}

const DEFAULT_SILENCE_NS = 60 * SECOND_NS;

export function ensemble(
  children: readonly LoadGenerator[],
  options: EnsembleOptions,
): LoadGenerator {
  return {
    capabilities: weakest(children.map((child) => child.capabilities)),
    prepare: (order, signal) => prepareAll(children, options, order, signal),
  };
}

/** What all of them can do. */
function weakest(all: readonly Capabilities[]): Capabilities {
  const [first] = all;
  const everyHas = (field: "protocols" | "models" | "arrivals") =>
    (first[field] as readonly string[]).filter((one) =>
      all.every((capabilities) => (capabilities[field] as readonly string[]).includes(one)),
    );
  return {
    ...first,
    protocols: everyHas("protocols"),
    models: everyHas("models") as Capabilities["models"],
    arrivals: everyHas("arrivals"),
    start: all.find((one) => one.start !== "instant")?.start ?? "instant",
    fidelity: all.find((one) => one.fidelity !== "histogram")?.fidelity ?? "histogram",
  };
}

async function prepareAll(
  children: readonly LoadGenerator[],
  options: EnsembleOptions,
  order: Order,
  signal: AbortSignal,
): Promise<Run> {
  const shares = splitShare(order.share, options.weights ?? children.map(() => 1));
  const aborter = new AbortController();
  const abort = () => aborter.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const placed = children
    .map((generator, index) => ({ generator, share: shares[index], id: childId(order, index) }))
    .filter(({ share }) => connectionsOf(share) > 0);
  const runs = await Promise.allSettled(
    placed.map(async ({ generator, share, id }) => {
      try {
        return await generator.prepare({ ...order, share, child: id }, aborter.signal);
      } catch (error) {
        aborter.abort(error instanceof Error ? error.message : String(error));
        throw error;
      }
    }),
  );
  signal.removeEventListener("abort", abort);
  throwFirstFailure(runs, signal);
  options.placed?.(placed);
  const ready = runs.map((run) => (run as PromiseFulfilledResult<Run>).value);
  return new EnsembleRun(order, placed, ready, options);
}

function childId(order: Order, index: number): string {
  return order.child === "" ? String(index) : `${order.child}.${index}`;
}

/** The cause, not the cancellations that it brought about; runs that were ready are let go. */
function throwFirstFailure(runs: readonly PromiseSettledResult<Run>[], signal: AbortSignal): void {
  const failures = runs.filter((run) => run.status === "rejected").map((run) => run.reason);
  if (failures.length === 0) return;
  for (const run of runs) {
    if (run.status !== "fulfilled") continue;
    run.value.stop("another child failed to prepare");
    run.value.stop("another child failed to prepare");
  }
  if (signal.aborted) throw new NightjarError("prepare-failed", `cancelled: ${signal.reason}`);
  const cause = failures.find((error) => !String(error.message).startsWith("cancelled:"));
  throw cause ?? failures[0];
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
  private startedSent = false;
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
    };
    this.children = specs.map(({ id }, index) => ({
      id,
      run: runs[index],
      heardNs: Number.POSITIVE_INFINITY,
      started: undefined,
      ended: undefined,
    }));
    const key = { child: order.child, incarnation: order.incarnation };
    this.collector = new Collector(
      order.plan,
      specs,
      key,
      (merged) => this.events.push(merged),
      order.from,
    );
    for (const child of this.children) void this.listen(child);
  }

  start(t0Ns: number): void {
    for (const child of this.children) {
      child.heardNs = Math.max(t0Ns, this.options.clock.nowNs());
      child.run.start(t0Ns);
    }
    this.watch();
  }

  stop(reason: string): void {
    for (const child of this.children) if (!child.ended) child.run.stop(reason);
  }

  private get silenceNs(): number {
    return this.options.silenceNs ?? DEFAULT_SILENCE_NS;
  }

  /** Looks for children that have gone silent, as often as twice in the limit. */
  private watch(): void {
    this.cancelWatch = this.options.clock.after(this.silenceNs / 2, () => {
      const nowNs = this.options.clock.nowNs();
      for (const child of this.children) {
        if (!child.ended && nowNs - child.heardNs > this.silenceNs) this.dismiss(child);
      }
      if (this.children.some((child) => !child.ended)) this.watch();
    });
  }

  private dismiss(child: Child): void {
    child.run.stop("silent for too long");
    child.run.stop("silent for too long");
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
    if (event.intervals !== null) this.collector.ended(child.id, event.intervals, event.untilNs);
    if (isLoss(event.outcome)) this.onLoss(child, event);
    this.announceStart();
    if (this.children.every((one) => one.ended)) this.finish();
  }

  private onLoss(child: Child, event: Ended): void {
    this.collector.leave(child.id);
    if (this.options.lostChild === "fail") {
      this.stop(`child ${child.id} was lost: ${event.reason}`);
    }
  }

  private announceStart(): void {
    const waiting = this.children.some((child) => !child.started && !child.ended);
    const started = this.children.flatMap((child) => child.started ?? []);
    if (this.startedSent || waiting || started.length === 0) return;
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
    });
    this.events.end();
  }

  /** All lost: lost. Some lost: failed or, where the policy allows, what the others came to. */
  private outcome(ends: readonly Ended[]): { outcome: Outcome; reason: string } {
    const losses = ends.filter((end) => isLoss(end.outcome));
    const stopped = ends.find((end) => end.outcome === "stopped");
    const names = losses
      .map((end) => `child ${end.child} ${end.outcome}: ${end.reason}`)
      .join("; ");
    if (losses.length === ends.length) return { outcome: losses[0].outcome, reason: names };
    if (losses.length > 0 && this.options.lostChild === "fail")
      return { outcome: "failed", reason: names };
    if (stopped) return { outcome: "stopped", reason: stopped.reason };
    return { outcome: "done", reason: names };
  }
}

function isLoss(outcome: Outcome): boolean {
  return outcome === "lost" || outcome === "failed";
}
