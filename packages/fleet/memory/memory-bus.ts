/**
 * MemoryBus: one party's Bus. Payloads are shared, not copied: who has handed one over does not
 * change it any more.
 */
import { assert } from "@nightjar/core/errors.ts";
import {
  type Bus,
  BusError,
  type Listener,
  type Stored,
  type StreamLimits,
  type StreamState,
  type Unsubscribe,
} from "../bus.ts";
import type { Connection } from "./connection.ts";
import { noAnswer, Pending } from "./pending.ts";
import { Reader } from "./reader.ts";
import type { Storage } from "./storage.ts";
import { hear, type Switchboard } from "./switchboard.ts";
import type { Freight } from "./weather.ts";

export interface BusLimits {
  readonly maxPayloadBytes: number;
  /** For the broker's own answers. */
  readonly answerNs: number;
}

export class MemoryBus implements Bus {
  readonly maxPayloadBytes: number;
  private readonly pending = new Set<{ fail(error: BusError): void }>();
  private readonly subscriptions = new Set<Unsubscribe>();

  constructor(
    private readonly switchboard: Switchboard,
    private readonly storage: Storage,
    private readonly limits: BusLimits,
    readonly connection: Connection,
  ) {
    this.maxPayloadBytes = limits.maxPayloadBytes;
    connection.onChange(() => {
      if (!connection.isConnected) this.failAll("the connection was lost");
    });
  }

  get isConnected(): boolean {
    return this.connection.isConnected;
  }

  publish(subject: string, payload: Uint8Array): void {
    this.weigh(payload);
    this.connection.up("publish", () => this.switchboard.publish(subject, payload));
  }

  request(subject: string, payload: Uint8Array, limitNs: number): Promise<Uint8Array> {
    this.weigh(payload);
    return this.ask<Uint8Array>("request", limitNs, (pending) => {
      const { connection } = this;
      const subscription = this.switchboard.listenerTo(subject);
      if (subscription === undefined) {
        connection.down("reply", () => pending.fail(noAnswer(`nobody listens to ${subject}`)));
        return;
      }
      const far = subscription.connection;
      far.down("request", () => {
        const answer = hear(subscription, subject, payload);
        if (answer === undefined) return;
        this.weigh(answer);
        far.up("reply", () => connection.down("reply", () => pending.answer(answer)));
      });
    });
  }

  subscribe(subject: string, listener: Listener): Unsubscribe {
    const end = this.switchboard.subscribe(subject, this.connection, listener);
    const unsubscribe = () => {
      end();
      this.subscriptions.delete(unsubscribe);
    };
    this.subscriptions.add(unsubscribe);
    return unsubscribe;
  }

  createStream(name: string, subjectPrefix: string, limits: StreamLimits): Promise<void> {
    return this.command(() => this.storage.create(name, subjectPrefix, limits));
  }

  resizeStream(name: string, bytes: number): Promise<void> {
    return this.command(() => this.storage.stream(name).resize(bytes));
  }

  deleteStream(name: string): Promise<void> {
    return this.command(() => this.storage.delete(name));
  }

  streams(prefix: string): Promise<string[]> {
    return this.command(() => this.storage.names(prefix));
  }

  streamState(name: string): Promise<StreamState> {
    return this.command(() => this.storage.stream(name).state(this.storage.clock.nowNs()));
  }

  append(subject: string, payload: Uint8Array, id: string): Promise<void> {
    this.weigh(payload);
    return this.command(
      () => this.storage.append(subject, payload, id),
      "append",
      "acknowledgement",
    );
  }

  read(name: string, fromSequence: number, signal: AbortSignal): AsyncIterable<Stored> {
    return new Reader(name, fromSequence, this.storage, this.connection).read(signal);
  }

  close(): Promise<void> {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.connection.close();
    return Promise.resolve();
  }

  private failAll(why: string): void {
    for (const pending of this.pending) pending.fail(noAnswer(why));
  }

  /** Lets the broker do it, and tells how that went. */
  private command<T>(
    act: () => T,
    there: Freight = "request",
    back: Freight = "reply",
  ): Promise<T> {
    return this.ask<T>(there, this.limits.answerNs, (pending) => {
      try {
        const answer = act();
        this.connection.down(back, () => pending.answer(answer));
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        this.connection.down(back, () => pending.fail(error));
      }
    });
  }

  private ask<T>(
    freight: Freight,
    limitNs: number,
    arrived: (pending: Pending<T>) => void,
  ): Promise<T> {
    if (!this.isConnected) return Promise.reject(noAnswer("there is no connection"));
    const pending = new Pending<T>(this.storage.clock, limitNs, this.pending);
    this.connection.up(freight, () => arrived(pending));
    return pending.promise;
  }

  private weigh(payload: Uint8Array): void {
    assert(payload.length <= this.maxPayloadBytes, "a payload is no longer than the broker takes");
  }
}
