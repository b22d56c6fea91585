/**
 * Connection: one to NATS, that comes back for ever once it was there. What waits for an answer
 * when it goes fails at once, and nothing is kept to be sent when it is back: what was true before
 * is not true any more.
 *
 *     up ──lost──▶ down ──back──▶ up
 *      └───close────┴──▶ closed
 */
import {
  AuthorizationError,
  type NatsConnection,
  PermissionViolationError,
  type Status,
  UserAuthenticationExpiredError,
} from "@nats-io/nats-core";
import { BusError } from "../bus.ts";
import { busErrorOf } from "./faults.ts";

const FLUSH_LIMIT_MS = 2_000;

export class Connection {
  private state: "up" | "down" | "closed" = "up";
  private told = "";
  private server: string;
  private readonly whenLost = new Set<() => void>();
  private readonly whenChanged = new Set<() => void>();

  /** `notice`: a sentence for people. */
  constructor(
    readonly nats: NatsConnection,
    private readonly shown: string,
    private readonly notice: (sentence: string) => void,
  ) {
    this.server = nats.getServer();
    void this.watch();
  }

  get isUp(): boolean {
    return this.state === "up";
  }

  /** Calls `then` once, when the connection goes; the returned function cancels. */
  onLost(then: () => void): () => void {
    this.whenLost.add(then);
    return () => this.whenLost.delete(then);
  }

  /** Rejects with a `BusError`: what `ask` says, or `no answer` if the connection goes. */
  async whileUp<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.isUp) throw this.noConnection();
    return new Promise((resolve, reject) => {
      const cancel = this.onLost(() => reject(this.noConnection()));
      const failed = (error: unknown) => reject(busErrorOf(error));
      ask().then(resolve, failed).finally(cancel);
    });
  }

  /** Resolves when it is up, or the signal has aborted. Rejects when it was closed. */
  async untilUp(signal: AbortSignal): Promise<void> {
    while (this.state === "down" && !signal.aborted) await this.untilChanged(signal);
    if (this.state === "closed" && !signal.aborted) throw this.noConnection();
  }

  async close(): Promise<void> {
    if (this.state === "closed") return;
    const flushed = this.isUp ? this.nats.flush() : undefined;
    this.become("closed");
    if (flushed) await settledWithin(flushed, FLUSH_LIMIT_MS);
    await this.nats.close();
    abandonDial(this.nats);
  }

  private untilChanged(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.whenChanged.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.whenChanged.add(done);
      signal.addEventListener("abort", done);
    });
  }

  private async watch(): Promise<void> {
    for await (const status of this.nats.status()) this.see(status);
    this.become("closed");
  }

  private see(status: Status): void {
    if (this.state === "closed") return;
    if (status.type === "disconnect") this.become("down", "the connection is lost");
    if (status.type === "reconnect") this.become("up", this.backAt(status.server));
    if (status.type === "error" && isRefusal(status.error))
      this.tell(`not allowed: ${status.error.message}`);
  }

  /** Where several make a cluster it may be another one. */
  private backAt(server: string): string {
    const isOther = server !== this.server;
    this.server = server;
    return isOther ? `the connection is back, by ${server}` : "the connection is back";
  }

  private become(state: "up" | "down" | "closed", notice?: string): void {
    if (this.state === state) return;
    this.state = state;
    if (notice) this.tell(notice);
    const lost = state === "up" ? [] : [...this.whenLost];
    if (state !== "up") this.whenLost.clear();
    for (const then of [...lost, ...this.whenChanged]) then();
  }

  /** For people. What is said over and over, a heartbeat's refusal or a login's, is told once. */
  tell(sentence: string): void {
    if (sentence === this.told) return;
    this.told = sentence;
    this.notice(`NATS at ${this.shown}: ${sentence}`);
  }

  private noConnection(): BusError {
    return new BusError("no answer", `NATS at ${this.shown}: there is no connection`);
  }
}

function isRefusal(error: Error): boolean {
  return [PermissionViolationError, AuthorizationError, UserAuthenticationExpiredError].some(
    (kind) => error instanceof kind,
  );
}

async function settledWithin(promise: Promise<unknown>, limitMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(done, done);
  });
}

/** An attempt to connect that is under way when it is closed would go on: the client forgets it. */
function abandonDial(nats: NatsConnection): void {
  const { protocol } = nats as { protocol?: { transport?: { discard?(): void } } };
  protocol?.transport?.discard?.();
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
