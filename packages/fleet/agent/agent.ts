/**
 * Agent: a load generator that waits for coordinators. It dials out to the broker only, says once a
 * second that it is there, and takes one run at a time.
 *
 *     idle ──claim──▶ busy ──the run is over──▶ idle
 *       │              │
 *       └──leave──▶ gone
 *
 * Who leaves hands back what has not begun; what has, goes on to its end first.
 */
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { readQuestion } from "../border/question.ts";
import type { Bus, Unsubscribe } from "../bus.ts";
import { WAIT } from "../limits.ts";
import {
  type AgentFacts,
  type AgentState,
  type Answer,
  type Claim,
  encodeMessage,
  FLEET_PROTOCOL,
  type Question,
  type Release,
} from "../messages.ts";
import { agentSubject, heartbeatSubject, ROLL_CALL } from "../subjects.ts";
import { Session } from "./session.ts";

/** What an agent has to send load with, by the plan's `generator`. */
export interface Arm {
  readonly capabilities: Capabilities;
  readonly generator: LoadGenerator;
}

export interface AgentOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly facts: AgentFacts;
  readonly arms: Readonly<Record<string, Arm>>;
  /** What may be kept for a broker that is away. */
  readonly outboxBytes?: number;
  /** For so long the CPU quota has stopped this machine, since the agent started. */
  readonly throttledMs?: () => number | null;
  /** Told in a sentence of what it does. */
  readonly note?: (sentence: string) => void;
}

/** Of so many runs it is known that they are over. */
const REMEMBERED = 1000;

export class Agent {
  /** Resolves when it has left. */
  readonly gone: Promise<void>;
  private session: Session | undefined;
  /** By run: the last attempt that is over here. */
  private readonly past = new Map<string, number>();
  private leaving: string | undefined;
  private settle!: () => void;
  private readonly unsubscribe: Unsubscribe[];
  private cancelHeartbeat = () => {};

  constructor(private readonly options: AgentOptions) {
    const { bus, facts } = options;
    this.gone = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.unsubscribe = [
      bus.subscribe(agentSubject(facts.id), (payload) => this.answer(payload)),
      bus.subscribe(ROLL_CALL, () => {
        this.sayHere();
        return undefined;
      }),
    ];
    this.beatOn();
  }

  get state(): AgentState {
    if (this.session) {
      const { runId, coordinator } = this.session.claim;
      return { is: "busy", runId, coordinator };
    }
    return { is: this.leaving === undefined ? "idle" : "leaving" };
  }

  /** First call: as drawn above. Second: the run that goes on is stopped too; third: at once. */
  leave(reason: string): void {
    const again = this.leaving !== undefined;
    this.leaving ??= reason;
    if (!this.session) return this.go();
    if (again) this.session.quit(reason);
    else this.session.handBack(reason);
    if (this.session) this.sayHere();
  }

  private go(): void {
    this.cancelHeartbeat();
    for (const end of this.unsubscribe) end();
    this.sayHere();
    this.settle();
  }

  private sayHere(): void {
    const { bus, facts } = this.options;
    bus.publish(heartbeatSubject(facts.id), encodeMessage({ facts, state: this.state }));
  }

  private beatOn(): void {
    this.sayHere();
    this.cancelHeartbeat = this.options.clock.after(WAIT.heartbeatNs, () => this.beatOn());
  }

  private answer(payload: Uint8Array): Uint8Array | undefined {
    const nowNs = this.options.clock.nowNs();
    const asked = readQuestion(payload);
    if ("question" in asked) return encodeMessage(this.answerTo(asked.question, nowNs));
    if ("otherVersion" in asked) return encodeMessage(this.otherVersion(asked.otherVersion));
    return encodeMessage(refused(`that is no question of a fleet: ${asked.fault}`));
  }

  private answerTo(question: Question, nowNs: number): Answer {
    if (question.type === "claim") return this.claimed(question);
    const { session } = this;
    if (question.type === "release") return this.released(question);
    if (session?.claim.runId !== question.runId) {
      return refused(`agent ${this.options.facts.name} has no part in run ${question.runId}`);
    }
    return question.type === "beat"
      ? session.beat(question.number, nowNs)
      : this.take(session, question);
  }

  /** Of an earlier claim than the one that holds: nothing. */
  private released({ runId, attempt, reason }: Release): Answer {
    const { session } = this;
    this.putPast(runId, attempt);
    const isOurs = session?.claim.runId === runId && session.claim.attempt <= attempt;
    if (isOurs) session.release(reason);
    return { type: "released" };
  }

  private putPast(runId: string, attempt: number): void {
    const { past } = this;
    const last = Math.max(attempt, past.get(runId) ?? 0);
    past.delete(runId);
    past.set(runId, last);
    if (past.size > REMEMBERED) past.delete(past.keys().next().value as string);
  }

  private take(session: Session, parcel: Question & { type: "parcel" }): Answer {
    try {
      session.take(parcel);
      return { type: "taken" };
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
  }

  private claimed(claim: Claim): Answer {
    this.dropEarlier(claim);
    const refusal = this.refusalOf(claim);
    if (refusal) return refusal;
    const { facts, arms, note } = this.options;
    const arm = arms[claim.generator];
    if (!this.session) {
      this.session = this.begin(claim, arm.generator);
      note?.(`run ${claim.runId}, for ${claim.coordinator}`);
      this.sayHere();
    }
    return { type: "claimed", facts, capabilities: arm.capabilities };
  }

  /** Who claims anew has given back what it claimed before, and that was not heard. */
  private dropEarlier({ runId, attempt }: Claim): void {
    const { session } = this;
    if (session?.claim.runId !== runId || session.step !== "claimed") return;
    if (session.claim.attempt < attempt) session.release("claimed anew");
  }

  private begin(claim: Claim, generator: LoadGenerator): Session {
    const { bus, clock, facts, outboxBytes, note } = this.options;
    const over = () => {
      this.session = undefined;
      this.putPast(claim.runId, claim.attempt);
      note?.(`run ${claim.runId} is over`);
      if (this.leaving === undefined) this.sayHere();
      else this.go();
    };
    const { throttledMs } = this.options;
    const common = { bus, clock, agent: facts.id, generator, outboxBytes, throttledMs };
    return new Session(claim, { ...common, over });
  }

  private otherVersion({ version, protocol }: Pick<Claim, "version" | "protocol">): Answer {
    return refused(
      `agent ${this.options.facts.name} is Nightjar ${VERSION} ` +
        `(fleet protocol ${FLEET_PROTOCOL}), and its coordinator ${version} (${protocol})`,
      "run the same version everywhere",
    );
  }

  private refusalOf(claim: Claim): Answer | undefined {
    const { facts, arms } = this.options;
    if (this.leaving !== undefined) return refused(`agent ${facts.name} is leaving`);
    const { session } = this;
    if (session && !isSame(session.claim, claim)) {
      const { runId, coordinator } = session.claim;
      return refused(`agent ${facts.name} is busy with run ${runId} of ${coordinator}`);
    }
    if (claim.attempt <= (this.past.get(claim.runId) ?? 0)) {
      return refused(`agent ${facts.name} has no part in run ${claim.runId} any more`);
    }
    if (Object.hasOwn(arms, claim.generator)) return undefined;
    const known = Object.keys(arms).join(", ");
    return refused(`agent ${facts.name} has no generator "${claim.generator}" (it has ${known})`);
  }
}

function isSame(a: Claim, b: Claim): boolean {
  return a.runId === b.runId && a.child === b.child && a.attempt === b.attempt;
}

function refused(reason: string, hint?: string): Answer {
  return { type: "refused", reason, ...(hint === undefined ? {} : { hint }) };
}
