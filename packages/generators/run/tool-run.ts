/**
 * ToolRun: one run of another program, as a Run.
 *
 *     waiting ──start──▶ armed ──T0──▶ running ──the program is gone──▶ ended
 *        │ stop            │ stop         │ over, or stop: asked to end
 *        ▼                 ▼              │ stop again, or the drain is over: killed
 *      ended             ended
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { Channel } from "@nightjar/core/run/channel.ts";
import type { Order, Ready, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type Job, secretsOf } from "../job.ts";
import { makePrivateFolder, removeFolder } from "../process/private-folder.ts";
import { ToolProcess } from "../process/tool-process.ts";
import { UsageOfTool } from "../process/usage-of-tool.ts";
import { WallClock } from "../process/wall-clock.ts";
import type { Conclusion, Reading, Tool, ToolEnd } from "./tool.ts";
import { transcriptOf, withoutSecrets } from "./transcript.ts";

/** How often what it writes is read. */
const POLL_MS = 50;
/** By so much clocks are slewed in an hour; more is a step. */
const DRIFT_MS = 100;
/** Beyond the plan's end: one that ends itself may be about to. */
const PATIENCE_NS = 250e6;
/** Beyond the drain: to write what it has measured. */
const LAST_WORDS_NS = 2 * SECOND_NS;

type End = { readonly outcome: "stopped"; readonly reason: string };

export class ToolRun implements Run {
  readonly events = new Channel<RunEvent>();
  private folder = "";
  private t0Ns = 0;
  private startTimer: Timer | undefined;
  private poller: Timer | undefined;
  private process: ToolProcess | undefined;
  private reading: Reading | undefined;
  private command: readonly string[] = [];
  private readonly clock = new WallClock();
  private spawnedNs = 0;
  private started = false;
  private over = false;
  private asked: End | undefined;
  private askedNs: number | undefined;
  private stoppedNs: number | undefined;
  private wasKilled = false;
  private exitCode: number | null = null;

  constructor(
    private readonly order: Order,
    private readonly job: Job,
    private readonly tool: Tool,
    private readonly program: string,
    readonly ready: Ready,
  ) {}

  start(t0Ns: number): void {
    if (this.over || this.startTimer !== undefined) return;
    this.t0Ns = t0Ns;
    const delayMs = Math.max(0, (this.job.from * SECOND_NS - this.nowNs()) / 1e6);
    this.startTimer = setTimeout(() => this.begin(), Math.ceil(delayMs));
  }

  /** First call: a graceful end. Second: at once. */
  stop(reason: string): void {
    if (this.over) return;
    if (this.process === undefined) {
      clearTimeout(this.startTimer);
      this.end({ outcome: "stopped", reason }, { intervals: 0, untilNs: 0, notes: [] });
    } else if (this.asked === undefined) {
      this.asked = { outcome: "stopped", reason };
      this.stoppedNs = this.nowNs();
      this.interrupt();
    } else this.kill();
  }

  private nowNs(): number {
    return monotonicNs() - this.t0Ns;
  }

  private begin(): void {
    try {
      this.spawn();
    } catch (error) {
      const reason = error instanceof NightjarError ? error.message : String(error);
      this.end({ outcome: "failed", reason }, { intervals: 0, untilNs: 0, notes: [] });
    }
  }

  private spawn(): void {
    const { job, tool, program, order } = this;
    this.folder = makePrivateFolder(tool.files(job));
    const { folder } = this;
    this.command = tool.command(job, program);
    const { environment, stdoutLimit } = tool;
    const process = new ToolProcess(this.command, {
      ...{ folder, environment, stdoutLimit },
    });
    this.spawnedNs = this.nowNs();
    this.process = process;
    const secrets = secretsOf(job);
    const usage = new UsageOfTool(process, this.ready.workers);
    this.reading = tool.read({
      ...{ job, folder, process },
      name: { child: order.child, incarnation: order.incarnation },
      spawnedNs: this.spawnedNs,
      nowNs: () => this.nowNs(),
      fromWallNs: (wallNs) => this.clock.toMonotonicNs(wallNs) - this.t0Ns,
      shown: (text) => withoutSecrets(text, secrets),
      emit: (snapshot) => {
        this.announceStart();
        this.events.push(snapshot);
      },
      takeUsage: () => usage.take(),
    });
    this.poller = setInterval(() => this.turn(), POLL_MS);
    void process.exited.then((exit) => {
      usage.settle(exit);
      this.conclude(exit);
    });
  }

  private turn(): void {
    const nowNs = this.nowNs();
    this.reading?.poll(nowNs);
    if (this.reading?.beginNs !== undefined) this.announceStart();
    if (this.askedNs === undefined && nowNs >= this.endNs()) this.interrupt();
    if (this.askedNs !== undefined && nowNs - this.askedNs > this.graceNs()) this.kill();
  }

  /** When it is asked to end. */
  private endNs(): number {
    const { job, tool } = this;
    const endNs = (this.reading?.beginNs ?? this.spawnedNs) + job.lengthNs;
    if (!tool.endsItself(job)) return endNs;
    return endNs + (tool.lastWordsNs ?? PATIENCE_NS);
  }

  private graceNs(): number {
    return this.job.drainNs + (this.tool.lastWordsNs ?? LAST_WORDS_NS);
  }

  private interrupt(): void {
    this.askedNs ??= this.nowNs();
    this.process?.interrupt();
  }

  private kill(): void {
    this.wasKilled = true;
    this.process?.kill();
  }

  private announceStart(): void {
    if (this.started) return;
    this.started = true;
    const beginNs = this.reading?.beginNs ?? this.spawnedNs;
    const latenessNs = Math.max(0, Math.round(beginNs - this.job.from * SECOND_NS));
    this.events.push({ type: "started", ...this.name(), latenessNs });
  }

  private conclude(exit: Omit<ToolEnd, "nowNs" | "stoppedNs" | "wasKilled">): void {
    clearInterval(this.poller);
    this.exitCode = exit.code;
    const { stoppedNs, wasKilled } = this;
    const end = { ...exit, nowNs: this.nowNs(), stoppedNs, wasKilled };
    const conclusion = this.withClockNote(this.reading!.conclude(end));
    this.announceStart();
    const failed = conclusion.failure;
    if (failed === undefined) this.end(this.asked ?? { outcome: "done", reason: "" }, conclusion);
    else this.end({ outcome: "failed", reason: failed }, conclusion);
  }

  /** Calls are placed in time by it; how long they took is not. */
  private withClockNote(conclusion: Conclusion): Conclusion {
    const driftMs = Math.round(this.clock.driftNs() / 1e6);
    if (Math.abs(driftMs) < DRIFT_MS) return conclusion;
    const note = `the wall clock was set by ${driftMs} ms: the course is off by as much`;
    return { ...conclusion, notes: [...conclusion.notes, note] };
  }

  private end(
    { outcome, reason }: { outcome: "done" | "stopped" | "failed"; reason: string },
    { intervals, untilNs, fidelity, notes }: Conclusion,
  ): void {
    this.over = true;
    if (this.folder !== "") removeFolder(this.folder);
    const told = this.process === undefined ? {} : { transcript: this.transcript() };
    this.events.push({
      type: "ended",
      ...this.name(),
      ...{ outcome, reason, intervals },
      untilNs: untilNs === 0 ? 0 : this.job.from * SECOND_NS + untilNs,
      ...(fidelity === undefined ? {} : { fidelity }),
      ...(notes.length === 0 ? {} : { notes }),
      ...told,
    });
    this.events.end();
  }

  private transcript() {
    return transcriptOf(this.command, this.process!, this.exitCode, secretsOf(this.job));
  }

  private name() {
    return { child: this.order.child, incarnation: this.order.incarnation };
  }
}
