/**
 * The two sides of a LoadGenerator at a distance: `serve` beside the generator, `remote` beside its
 * user.
 *
 *     remote                          serve
 *       │ prepare{order} ───────────▶  │ generator.prepare
 *       │ ◀──────── ready | refused    │        (cancel aborts)
 *       │ start{t0} ────────────────▶  │ run.start
 *       │ ◀──────────────── event…     │
 *       │ stop{reason} ─────────────▶  │ run.stop
 *
 * A link that closes loses the child on one side, and stops the load on the other.
 */

import { NightjarError } from "../errors.ts";
import type { Capabilities } from "./capabilities.ts";
import { Channel } from "./channel.ts";
import { Heard } from "./heard.ts";
import type { Link, Message } from "./link.ts";
import type { Ended, LoadGenerator, Order, Ready, Run, RunEvent } from "./load-generator.ts";

/** Serves `generator` to the other end of `link` until the link closes. One run for each link. */
export async function serve(generator: LoadGenerator, link: Link): Promise<void> {
  const session = new Session(generator, link);
  for await (const message of link.messages) session.receive(message);
  session.abandon(await link.closed);
}

class Session {
  private readonly aborter = new AbortController();
  private asked = false;
  private run: Run | undefined;
  private started = false;
  private stops = 0;

  constructor(
    private readonly generator: LoadGenerator,
    private readonly link: Link,
  ) {}

  /** A message seen twice changes nothing. */
  receive(message: Message): void {
    switch (message.type) {
      case "prepare":
        if (!this.asked) void this.prepare(message.order);
        return;
      case "start":
        if (this.run && !this.started) this.run.start(message.t0Ns);
        this.started = true;
        return;
      case "stop":
        this.stopTo(message.call, message.reason);
        return;
      case "cancel":
        this.abandon("cancelled");
        return;
      default:
    }
  }

  private async prepare(order: Order): Promise<void> {
    this.asked = true;
    try {
      const run = await this.generator.prepare(order, this.aborter.signal);
      this.run = run;
      if (this.aborter.signal.aborted) this.stopTo(2, "cancelled");
      else this.link.send({ type: "ready", ready: run.ready });
      for await (const event of run.events) this.link.send({ type: "event", event });
    } catch (error) {
      this.link.send(refusalOf(error));
    }
  }

  private stopTo(calls: number, reason: string): void {
    for (; this.run && this.stops < calls; this.stops++) this.run.stop(reason);
  }

  /** Twice: the first asks for a graceful end, the second does not wait for it. */
  abandon(reason: string): void {
    this.aborter.abort(reason);
    this.stopTo(2, reason);
  }
}

function refusalOf(error: unknown): Message {
  if (error instanceof NightjarError) {
    return { type: "refused", code: error.code, message: error.message, hint: error.hint };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: "refused", code: "prepare-failed", message };
}

/** The generator at the other end of `link`. */
export function remote(capabilities: Capabilities, link: Link): LoadGenerator {
  return {
    capabilities,
    prepare: (order, signal) => new RemoteRun(order, link).prepare(signal),
  };
}

class RemoteRun implements Run {
  readonly events = new Channel<RunEvent>();
  ready: Ready = { workers: 0, addresses: [], lookupNs: 0 };
  private readonly heard = new Heard();
  private ended: Ended | undefined;
  private began = false;
  private stops = 0;

  constructor(
    private readonly order: Order,
    private readonly link: Link,
  ) {}

  async prepare(signal: AbortSignal): Promise<Run> {
    const { promise, resolve, reject } = Promise.withResolvers<Ready>();
    const cancel = () => {
      this.link.send({ type: "cancel" });
      reject(new NightjarError("prepare-failed", `cancelled: ${String(signal.reason)}`));
    };
    if (signal.aborted) cancel();
    else this.link.send({ type: "prepare", order: this.order });
    signal.addEventListener("abort", cancel, { once: true });
    void this.listen(resolve, reject);
    try {
      this.ready = await promise;
      return this;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  private async listen(
    resolve: (ready: Ready) => void,
    reject: (error: NightjarError) => void,
  ): Promise<void> {
    for await (const message of this.link.messages) {
      if (message.type === "ready") resolve(message.ready);
      else if (message.type === "refused") {
        reject(new NightjarError(message.code, message.message, message.hint));
        this.lose(message.message);
      } else if (message.type === "event") this.pass(message.event);
    }
    const reason = await this.link.closed;
    reject(new NightjarError("lost", `the child went away while preparing: ${reason}`));
    this.lose(reason);
  }

  /** Repeats are dropped here; the end is passed on once all snapshots that it counts have come. */
  private pass(event: RunEvent): void {
    if (event.type === "snapshot" && !this.heard.add(event)) return;
    if (event.type === "started" && this.began) return;
    this.began ||= event.type === "started";
    if (event.type === "ended") this.ended ??= event;
    else this.events.push(event);
    if (this.ended && this.heard.size >= (this.ended.intervals ?? 0)) this.finish(this.ended);
  }

  private finish(ended: Ended): void {
    this.events.push(ended);
    this.events.end();
  }

  private lose(reason: string): void {
    const { child, incarnation } = this.order;
    const lost = { type: "ended", child, incarnation, outcome: "lost", reason } as const;
    this.finish(this.ended ?? { ...lost, intervals: null, untilNs: null });
  }

  start(t0Ns: number): void {
    this.link.send({ type: "start", t0Ns });
  }

  stop(reason: string): void {
    this.stops++;
    this.link.send({ type: "stop", reason, call: this.stops });
  }
}
