/**
 * FleetRun: one run over a fleet, from the start to the Result. It leads an ensemble of agents by
 * the phases of its Course, and folds what the run's stream gives back.
 *
 *     agents ──link──▶ ensemble      who is ready, who has ended, what a loss means
 *        └──stream──▶ FleetFold      what was measured
 */
import { assert, NightjarError } from "@nightjar/core/errors.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import type { Environment } from "@nightjar/core/record/environment.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { type Stop, StopWatch } from "@nightjar/core/result/stop-watch.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import { type Ended, lossOf, type Run, type RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { Bus } from "../bus.ts";
import { FleetFold } from "../fold/fleet-fold.ts";
import { WAIT } from "../limits.ts";
import type { Head, Log } from "../record.ts";
import type { Course } from "./course.ts";
import type { FleetOrder } from "./fleet-order.ts";
import type { Member } from "./member.ts";
import type { Muster } from "./muster.ts";
import { RunLog, removeStream } from "./run-log.ts";
import { SickWatches } from "./sickness.ts";
import { StreamReader } from "./stream-reader.ts";
import { settleStream } from "./streams.ts";
import { Timers } from "./timers.ts";

export interface FleetListener {
  /** Told of every second that is merged, and again of what is added to it later. */
  readonly onSnapshot?: (merged: Snapshot) => void;
  /** Told of every event of an agent. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Told in a sentence of an agent that is lost or sick, while the others go on. */
  readonly onLoss?: (sentence: string) => void;
}

interface Surroundings extends FleetListener {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly environment: () => Environment;
  readonly wallTime: () => string;
}

export class FleetRun {
  private readonly fleetFold: FleetFold;
  private readonly log: RunLog;
  private readonly reader: StreamReader;
  private readonly stopWatch: StopWatch;
  private readonly sickWatches = new SickWatches();
  readonly sick = new Set<string>();
  /** Those that have said that they ceased of themselves. */
  private readonly gone = new Set<string>();
  private readonly timers: Timers;
  private readonly caughtUp = Promise.withResolvers<void>();
  private run: Run | undefined;
  private head: Head | undefined;
  private t0Ns = Number.POSITIVE_INFINITY;
  private hasStopped = false;
  private isOver = false;
  private interruptions = 0;

  constructor(
    private readonly order: FleetOrder,
    private readonly surroundings: Surroundings,
    private readonly muster: Muster,
    readonly course: Course,
  ) {
    const { bus, clock } = surroundings;
    const { runId, plan } = order;
    this.timers = new Timers(clock);
    this.stopWatch = new StopWatch(plan);
    this.fleetFold = new FleetFold({
      onMerged: (merged) => this.merged(merged),
      onEvent: (event) => this.heard(event),
      onNoted: (record) => this.noted(record),
    });
    this.log = new RunLog(bus, runId, clock);
    this.reader = new StreamReader({
      bus,
      runId,
      fold: this.fleetFold,
      spoken: (spoken) => this.muster.deliver(spoken),
      failed: (reason) => {
        this.muster.dismiss(`its words cannot be read: ${reason}`);
        this.caughtUp.resolve();
      },
    });
  }

  /** Called once all agents are ready. */
  lead(run: Run, head: Omit<Head, "startedAt">): void {
    this.run = run;
    this.head = { ...head, startedAt: this.surroundings.wallTime() };
    this.fleetFold.note(this.head);
  }

  get id(): string {
    return this.order.runId;
  }

  get addresses(): readonly string[] {
    return this.run?.ready.addresses ?? [];
  }

  get workers(): number {
    return this.run?.ready.workers ?? 0;
  }

  get members(): readonly Member[] {
    return this.muster.members;
  }

  /** What has been measured so far. */
  get fold(): RunFold {
    const { fold } = this.fleetFold;
    assert(fold !== undefined, "a run that is ready has its head");
    return fold;
  }

  /**
   * Sends the load, and gives the Result. `onStart` is told when all are about to begin. Rejects
   * with a `NightjarError` when nothing was sent.
   */
  async measure(onStart: (startedAt: string) => void, deflate: Deflate): Promise<Result> {
    const head = this.head as Head;
    try {
      this.course.give("done");
      if (this.course.phase === "aborted") throw new NightjarError("prepare-failed", "cancelled");
      await this.log.begin(head);
      this.muster.failIfAnyLost();
    } catch (error) {
      await this.close();
      await removeStream(this.surroundings, this.id);
      throw error;
    }
    onStart(head.startedAt);
    await this.lastWords();
    await this.readToEnd();
    this.course.give("done");
    await this.close();
    const result = this.fleetFold.result(deflate);
    this.course.give("done");
    return result;
  }

  /** From the start until all agents have ended, or are lost. */
  private async lastWords(): Promise<void> {
    const run = this.run as Run;
    this.t0Ns = this.surroundings.clock.nowNs() + WAIT.startLeadNs;
    if (!this.hasStopped) run.start(this.t0Ns);
    this.keepTime();
    for await (const event of run.events) if (event.type === "ended") break;
    // However early they have ended.
    for (const phase of ["start", "measure", "drain"] as const) this.course.leave(phase);
  }

  /** First call: a graceful end. Second: at once. Third: without waiting for agents or broker. */
  interrupt(reason: string): void {
    this.interruptions++;
    if (!this.course.hasBegun) return void this.course.give("stop");
    if (this.interruptions === 1) this.log.add({ type: "interrupted", atNs: this.atNs(), reason });
    this.stop(reason);
    if (this.interruptions < 3) return;
    this.muster.loseSilent(reason);
    this.timers.after(WAIT.againNs, () => this.caughtUp.resolve());
  }

  /** Before the start: leaves nothing behind but what whoever calls it has to clear away. */
  async abandon(reason: string): Promise<void> {
    this.isOver = true;
    this.run?.stop(reason);
    this.timers.end();
    this.reader.close();
    this.log.close();
  }

  async close(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.timers.end();
    const settled = this.course.hasBegun && settleStream(this.surroundings.bus, this.id);
    const released = Promise.all([this.muster.release("the run is over"), settled]);
    // Of whoever has not heard of it by then, its lease takes care.
    await (this.interruptions < 3 ? released : this.timers.within(WAIT.againNs, released));
    this.reader.close();
    this.log.close();
  }

  memberLost({ child, facts }: Member, reason: string): void {
    if (!this.course.hasBegun) return;
    this.log.add({ type: "lost", atNs: this.atNs(), child, reason });
    this.missed(`agent ${facts.name} was lost: ${reason}`);
  }

  /** By policy fail the ensemble stops the others. */
  private missed(sentence: string): void {
    this.surroundings.onLoss?.(sentence);
    if (this.order.lostAgent === "degrade") return;
    this.course.give("lost");
    this.limitDrain();
  }

  private atNs(): number {
    return Math.max(0, this.surroundings.clock.nowNs() - this.t0Ns);
  }

  private merged(merged: Snapshot): void {
    this.surroundings.onSnapshot?.(merged);
    const stop = this.stopWatch.look(merged);
    if (stop !== undefined && this.course.phase === "measure") this.stopAt(stop);
  }

  /** A condition of the plan has held for long enough. */
  private stopAt(stop: Stop): void {
    if (this.hasStopped) return;
    this.log.add({ type: "stopped", atNs: this.atNs(), stop });
    this.stop(stop.condition);
  }

  private stop(reason: string): void {
    this.hasStopped = true;
    this.course.give("stop");
    this.run?.stop(reason);
    this.limitDrain();
  }

  private heard(event: RunEvent): void {
    this.surroundings.onEvent?.(event);
    if (event.type === "ended") this.ended(event);
    if (event.type !== "snapshot" || this.course.phase !== "measure") return;
    const sick = this.sickWatches.look(event);
    if (sick !== undefined) this.sicken(event.child, sick);
  }

  /** Of its own word; it comes once, however often it is read. */
  private ended(event: Ended): void {
    const member = this.muster.of(event.child);
    const loss = lossOf(`agent ${member?.facts.name}`, event);
    if (!member || !loss || member.isLost || this.gone.has(event.child)) return;
    this.gone.add(event.child);
    this.missed(loss);
  }

  /** An agent does not measure its target. */
  sicken(child: string, reason: string): void {
    const member = this.muster.of(child);
    if (!member || this.sick.has(child) || !this.course.hasBegun) return;
    this.sick.add(child);
    this.log.add({ type: "sick", atNs: this.atNs(), child, reason });
    const sentence = `agent ${member.facts.name} is not fit to measure: ${reason}`;
    this.missed(sentence);
    if (this.order.lostAgent === "fail") this.run?.stop(sentence);
  }

  private noted(record: Head | Log): void {
    if (record.type !== "head") this.log.seen(record);
    if (this.fleetFold.hasEnded) this.caughtUp.resolve();
  }

  /** The phases that time alone leads into, and the clocks. */
  private keepTime(): void {
    const { endNs } = timing(this.order.plan);
    this.timers.after(WAIT.startLeadNs, () => {
      this.course.leave("start");
      this.readClocks();
    });
    if (endNs === Number.POSITIVE_INFINITY) return;
    this.timers.after(WAIT.startLeadNs + endNs, () => {
      this.course.leave("measure");
      this.limitDrain();
    });
  }

  /** At T0, and from then on. */
  private readClocks(): void {
    if (this.course.phase === "fold") return;
    this.log.add({ type: "clocks", atNs: this.atNs(), clocks: this.muster.readings() });
    this.timers.after(WAIT.clocksNs, () => this.readClocks());
  }

  /** Who has not said its end by then is lost. */
  private limitDrain(): void {
    const { drainNs } = timing(this.order.plan);
    const limitNs = drainNs + WAIT.farewellNs;
    this.timers.after(limitNs, () => this.muster.loseSilent("its end was not heard in time"));
  }

  private async readToEnd(): Promise<void> {
    this.log.add({ type: "clocks", atNs: this.atNs(), clocks: this.muster.readings() });
    const environment = this.surroundings.environment();
    this.log.add({ type: "end", atNs: this.atNs(), environment });
    this.timers.after(WAIT.foldNs, () => this.caughtUp.resolve());
    await this.caughtUp.promise;
    for (const log of this.log.rest()) this.fleetFold.note(log);
  }
}
