/**
 * Member: one agent of a run, as its coordinator sees it. Once a second, or three times in a short
 * lease, it is asked how it is: that renews its lease, measures its clock and shows that it is
 * there.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { formatDuration } from "@nightjar/core/plan/quantity.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { LoadGenerator, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { remote } from "@nightjar/core/run/remote.ts";
import type { Bus } from "../bus.ts";
import { ClockEstimate, FIRST_SAMPLES } from "../clock/estimate.ts";
import { WAIT } from "../limits.ts";
import { CoordinatorLink } from "../link/coordinator-link.ts";
import type { AgentFacts, Answer, Step } from "../messages.ts";
import type { ClockReading } from "../record.ts";
import { ask, askAgain } from "./ask.ts";
import { type Sign, type Standing, standingAfter } from "./standing.ts";
import { ThrottleWatch } from "./throttling.ts";

export interface MemberOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly runId: string;
  /** Of the claim that holds it. */
  readonly attempt: number;
  readonly leaseNs: number;
  /** In (0, 1]: when its turn is, of the time in which each agent is asked once. */
  readonly turn: number;
  /** Told once that it is gone before its end. */
  readonly lost: (member: Member, reason: string) => void;
  /** Told of what keeps it from measuring. */
  readonly unfit: (member: Member, reason: string) => void;
}

/** One of them may be lost, and the next be late. */
const BEATS_PER_LEASE = 3;

const ALL_SAID = "all that it had to say has come";
const FULL = "the run's stream is full, and takes nothing more of what it has measured";

export class Member {
  readonly link: CoordinatorLink;
  readonly estimate = new ClockEstimate();
  /** What it last said of itself. */
  step: Step = "claimed";
  /** Why it is lost, if it is. */
  lossReason: string | undefined;
  private standing: Standing = "held";
  /** By which T0 was told. */
  startClock: ClockReading = { offsetNs: 0, boundNs: Number.POSITIVE_INFINITY };
  private heardNs: number;
  private cancel = () => {};
  private beats = 0;
  private readonly throttleWatch = new ThrottleWatch();

  constructor(
    /** Its name in this run. */
    readonly child: string,
    readonly facts: AgentFacts,
    readonly capabilities: Capabilities,
    private readonly options: MemberOptions,
  ) {
    const { bus, clock, runId } = options;
    this.heardNs = clock.nowNs();
    this.link = new CoordinatorLink({
      runId,
      clock,
      maxPayloadBytes: bus.maxPayloadBytes,
      ask: async (parcel) => {
        const answer = await ask(bus, facts.id, parcel);
        if (answer.type === "taken") this.give("taken");
        return this.answered(answer);
      },
    });
    void this.link.closed.then((reason) => this.lose(reason));
    this.beatOn(options.turn);
  }

  get isLost(): boolean {
    return this.lossReason !== undefined;
  }

  /** Its part of the ensemble: T0 is told by its own clock, and what it refuses has its name. */
  generator(): LoadGenerator {
    const far = remote(this.capabilities, this.link);
    return {
      capabilities: this.capabilities,
      prepare: async (order, signal) => {
        const run = await far.prepare(order, signal).catch((error) => {
          throw this.named(error);
        });
        return {
          ready: run.ready,
          events: this.untilComplete(run.events),
          start: (t0Ns) => {
            this.give("start");
            run.start(Math.round(t0Ns + this.startClock.offsetNs));
          },
          stop: (reason) => run.stop(reason),
        };
      },
    };
  }

  /** What it has said, as the run's stream has it. */
  deliver(message: Message): void {
    if (message.type === "event" && message.event.type === "ended") this.end();
    this.link.deliver(message);
    if (message.type === "refused") this.lose(message.message);
  }

  private async *untilComplete(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
    for await (const event of events) {
      if (event.type === "ended") this.give("all");
      yield event;
    }
  }

  private named(error: unknown): unknown {
    if (!(error instanceof NightjarError) || error.message.startsWith("cancelled:")) return error;
    return new NightjarError(error.code, `agent ${this.facts.name}: ${error.message}`, error.hint);
  }

  /** Several questions, this far apart, the quickest of which says most. */
  async measureClock(gapNs: number): Promise<void> {
    await this.pause(gapNs * this.options.turn);
    for (let asked = 0; asked < FIRST_SAMPLES && !this.isLost; asked++) {
      await this.beat();
      await this.pause(gapNs);
    }
  }

  private pause(delayNs: number): Promise<void> {
    return new Promise((resolve) => this.options.clock.after(delayNs, resolve));
  }

  /** It is not waited for any more. */
  lose(reason: string): void {
    if (!this.give("lose")) return;
    this.lossReason = reason;
    this.cancel();
    this.link.close(reason);
    this.options.lost(this, reason);
  }

  /** Whoever it was is free again, or learns it by its lease. */
  async release(reason: string): Promise<void> {
    if (!this.give("release")) return;
    this.cancel();
    this.link.close(reason);
    const { runId, attempt } = this.options;
    const release = { type: "release", runId, attempt, reason } as const;
    await askAgain(this.options, this.facts.id, release).catch(() => {});
  }

  /** `part`: of the time between two beats. */
  private beatOn(part = 1): void {
    const { clock, leaseNs } = this.options;
    const delayNs = part * Math.min(WAIT.beatNs, leaseNs / BEATS_PER_LEASE);
    this.cancel = clock.after(delayNs, () => {
      void this.beat();
      this.lookForSilence();
      if (this.standing !== "lost" && this.standing !== "released") this.beatOn();
    });
  }

  private async beat(): Promise<void> {
    const { bus, clock, runId } = this.options;
    const sentNs = clock.nowNs();
    const number = ++this.beats;
    try {
      const answer = this.answered(await ask(bus, this.facts.id, { type: "beat", runId, number }));
      if (answer.type !== "beat") return;
      this.estimate.add({ sentNs, remoteNs: answer.nowNs, receivedNs: this.heardNs });
      this.step = answer.step;
      const stopped = this.throttleWatch.look(this.heardNs, answer);
      if (stopped !== undefined) this.options.unfit(this, stopped);
      if (answer.fault === "full") this.overflow(answer.step);
    } catch {
      // Silence has its limit.
    }
  }

  /** Once it has ended nothing that it says can come any more. */
  private overflow(step: Step): void {
    this.options.unfit(this, FULL);
    if (step === "ended") this.options.clock.after(WAIT.settleNs, () => this.miss(FULL));
  }

  private answered(answer: Answer): Answer {
    const { clock } = this.options;
    this.heardNs = clock.nowNs();
    // Of who has started, the end may be in the stream, and not here yet.
    const hasStarted = this.standing === "started" || this.standing === "ending";
    const delayNs = hasStarted ? WAIT.settleNs : 0;
    if (answer.type === "refused") clock.after(delayNs, () => this.miss(answer.reason));
    return answer;
  }

  /** By then it has stopped of itself: its lease is shorter. */
  private lookForSilence(): void {
    const { bus, clock, leaseNs } = this.options;
    const limitNs = leaseNs + WAIT.lostMarginNs;
    if (this.standing === "ending" || clock.nowNs() - this.heardNs <= limitNs) return;
    const where = bus.isConnected ? "" : ", and the broker is away";
    this.miss(`no word from it for ${formatDuration(limitNs)}${where}`);
  }

  /** Snapshots may come after it, for a while. */
  private end(): void {
    if (!this.give("end")) return;
    this.options.clock.after(WAIT.farewellNs, () => this.miss(ALL_SAID));
  }

  /** Who has said its end needs not be there any more: what is missing of it, it has let go of. */
  private miss(reason: string): void {
    if (standingAfter(this.standing, "silence") === "lost") this.lose(reason);
    else if (this.give("silence")) this.link.close(ALL_SAID);
  }

  /** Whether that leads anywhere from where it stands. */
  private give(sign: Sign): boolean {
    const before = this.standing;
    this.standing = standingAfter(before, sign);
    return this.standing !== before;
  }
}
