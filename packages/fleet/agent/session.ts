/**
 * Session: an agent's part in one run, from the claim until the stream has all that it measured.
 *
 *     claimed ──prepare──▶ preparing ──▶ ready ──start──▶ running ──▶ ended ──▶ over
 *        │                     │            │                │
 *        └── lease over, released: nothing is sent           └── lease over: stops, lost
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { LoadGenerator, Order } from "@nightjar/core/run/load-generator.ts";
import { serve } from "@nightjar/core/run/remote.ts";
import { type Down, readDown } from "../border/down.ts";
import { readPlan } from "../border/plan.ts";
import type { Bus } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { AgentLink } from "../link/agent-link.ts";
import { OrderPost } from "../link/order-post.ts";
import { Outbox } from "../link/outbox.ts";
import type { Answer, Claim, Parcel, Step } from "../messages.ts";
import { upSubject } from "../subjects.ts";
import { Lease } from "./lease.ts";
import { Leased } from "./leased.ts";
import { type Hide, hiderOf, withoutSecrets } from "./secrets.ts";

export interface SessionOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** The agent's id: it begins the broker's ids of its messages. */
  readonly agent: string;
  readonly generator: LoadGenerator;
  /** What may be kept for a broker that is away; default STORE.outboxBytes. */
  readonly outboxBytes?: number;
  /** For so long the CPU quota has stopped this machine, since the agent started. */
  readonly throttledMs?: () => number | null;
  /** Told when nothing of it is left. */
  readonly over: () => void;
}

export class Session {
  private readonly generator: Leased;
  private readonly outbox: Outbox;
  private readonly link: AgentLink;
  private readonly post = new OrderPost();
  private hide: Hide = (text) => text;
  private readonly lease: Lease;
  private at: Step = "claimed";
  private isOver = false;
  private isQuitting = false;
  private calls = 0;
  /** Number of the last one. */
  private beats = 0;

  constructor(
    readonly claim: Claim,
    private readonly options: SessionOptions,
  ) {
    const { bus, clock, agent, outboxBytes: bytes } = options;
    const subject = upSubject(claim.runId, claim.child);
    this.outbox = new Outbox({ bus, clock, subject, sender: agent, bytes });
    this.link = new AgentLink(
      this.outbox,
      (message) => this.sent(message),
      (message) => withoutSecrets(message, this.hide),
    );
    this.generator = new Leased(options.generator);
    const acknowledgedNs = () => this.outbox.acknowledgedNs;
    const over = (reason: string) => this.leaseOver(reason);
    this.lease = new Lease({ clock, claim, acknowledgedNs, over });
    void serve(this.generator, this.link);
  }

  get step(): Step {
    return this.at;
  }

  /** Throws `protocol`. */
  take(parcel: Parcel): void {
    if (this.post.isNew(parcel)) this.lease.renew();
    const whole = this.post.add(parcel);
    if (whole === undefined) return;
    const message = readDown(whole);
    if (message.type === "prepare") this.prepare(message);
    else if (message.type === "start") this.start(message);
    else this.link.receive(message);
  }

  /** Believes no plan that it has not checked itself. */
  private prepare({ order }: Down & { type: "prepare" }): void {
    if (this.at !== "claimed") malformed("it has its order");
    this.at = "preparing";
    try {
      this.hide = hiderOf(order.assets);
      const plan = readPlan(order.plan);
      this.hide = hiderOf(order.assets, plan);
      refuseOther(order, plan, this.claim);
      this.link.receive({ type: "prepare", order: { ...order, plan } });
    } catch (error) {
      if (!(error instanceof NightjarError)) throw error;
      this.link.send({ type: "refused", code: error.code, message: error.message });
    }
  }

  /** One that is too far away is no T0: all that was due since would be sent at once. */
  private start(message: Down & { type: "start" }): void {
    if (this.at !== "ready") return;
    const awayNs = Math.abs(message.t0Ns - this.options.clock.nowNs());
    if (awayNs > WAIT.startAwayNs) malformed(`T0 is ${Math.round(awayNs / SECOND_NS)}s away`);
    this.at = "running";
    this.link.receive(message);
  }

  beat(number: number, nowNs: number): Answer {
    if (number > this.beats) this.lease.renew();
    this.beats = Math.max(this.beats, number);
    const { waiting, discarded, fault } = this.outbox;
    const throttledMs = this.options.throttledMs?.() ?? null;
    return { type: "beat", nowNs, step: this.at, waiting, discarded, fault, throttledMs };
  }

  /**
   * The coordinator, or who stops the agent, wants no more of it. Who is let go of before its end
   * was taken for lost.
   */
  release(reason: string): void {
    this.outbox.keepNothingOfAFullStream();
    if (this.at === "running") this.generator.lose(reason);
    else if (this.at !== "ended") this.giveUp(reason);
  }

  /** First call: what is in flight may end. Second: at once. */
  private stop(reason: string): void {
    this.calls++;
    this.link.receive({ type: "stop", reason, call: this.calls });
  }

  /**
   * Who stops the agent does not wait for the plan's end: what it would have sent is owed. First
   * call: what is in flight may end. Second: at once.
   */
  quit(reason: string): void {
    if (this.isQuitting) this.stop(reason);
    else this.leaseOver(reason);
    this.isQuitting = true;
  }

  /** Who leaves before it has begun says so, and its coordinator need not wait for its silence. */
  handBack(reason: string): void {
    if (this.at === "running" || this.at === "ended") return;
    this.link.send({ type: "refused", code: "refused", message: `it leaves the fleet: ${reason}` });
  }

  private leaseOver(reason: string): void {
    if (this.at === "running") this.generator.lose(reason);
    else if (this.at !== "ended") this.giveUp(reason);
  }

  private sent(message: Message): void {
    if (this.isOver) return;
    if (message.type === "ready") this.at = "ready";
    const isLast = message.type === "event" && message.event.type === "ended";
    if (isLast || message.type === "refused") void this.finish();
  }

  /** Before anything was sent: nobody waits for what it has to say. */
  private giveUp(reason: string): void {
    this.link.close(reason);
    this.outbox.close();
    this.leave();
  }

  /** Keeps what the stream has not acknowledged for a while. */
  private async finish(): Promise<void> {
    this.at = "ended";
    this.lease.end();
    const cancel = this.options.clock.after(WAIT.keepNs, () => this.outbox.close());
    await this.outbox.empty();
    cancel();
    this.link.close("the run is over");
    this.leave();
  }

  private leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.at = "ended";
    this.lease.end();
    this.options.over();
  }
}

/** It is what was claimed, and no other. */
function refuseOther({ runId, child, share }: Order, plan: Plan, claim: Claim): void {
  const isClaimed = runId === claim.runId && child === claim.child;
  if (isClaimed && plan.generator === claim.generator && share.of === plan.load.connections) return;
  malformed("it is another run than what was claimed");
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `an order is malformed: ${what}`);
}
