/** NatsBus: a Bus over NATS, its streams in JetStream on file storage. */
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { type Msg, TimeoutError } from "@nats-io/nats-core";
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
import { Absence } from "./absence.ts";
import type { Connection } from "./connection.ts";
import { API, busErrorOf, isNobody } from "./faults.ts";
import { readStream } from "./reader.ts";

/** Of a message's limit, for the headers of what is appended. */
export const HEADER_BYTES = 1024;
const ID_CHARS_MAX = 512;
/** Outlast the loss of any one of them; two would do no more than one. */
const SAFE_REPLICAS = 3;
/** For JetStream to answer. */
const ANSWER_LIMIT_MS = 5_000;
/** The same, to begin to read: a cluster may give that to a server which is away. */
const OPEN_LIMIT_MS = 2_000;
/** So long the broker knows the ids of what was appended; an economy, its memory is for others. */
const KNOWN_IDS_NS = 60e9;
type StreamConfigToAdd = Pick<StreamConfig, "name" | "max_bytes" | "num_replicas"> &
  Partial<StreamConfig>;

const BEYOND = new BusError("no answer", "NATS: the server that has the stream is out of reach");

export class NatsBus implements Bus {
  private readonly client: JetStreamClient;
  private readonly manager: Promise<JetStreamManager>;
  private readonly opener: Promise<JetStreamManager>;
  /** Of the JetStream that has acknowledged the last append; `undefined`: none came yet. */
  private streamDomain: string | undefined;
  private readonly absence: Absence;

  constructor(
    private readonly connection: Connection,
    readonly maxPayloadBytes: number,
  ) {
    const options = { timeout: ANSWER_LIMIT_MS };
    this.client = jetstream(connection.nats, options);
    this.absence = new Absence((sentence) => connection.tell(sentence));
    this.manager = jetstreamManager(connection.nats, { ...options, checkAPI: false });
    this.opener = jetstreamManager(connection.nats, { timeout: OPEN_LIMIT_MS, checkAPI: false });
  }

  get isConnected(): boolean {
    return this.connection.isUp;
  }

  publish(subject: string, payload: Uint8Array): void {
    this.weigh(payload);
    if (this.isConnected) this.connection.nats.publish(subject, payload);
  }

  async request(subject: string, payload: Uint8Array, limitNs: number): Promise<Uint8Array> {
    this.weigh(payload);
    const timeout = Math.max(1, Math.ceil(limitNs / 1e6));
    const { nats } = this.connection;
    const answer = await this.connection.whileUp(() => nats.request(subject, payload, { timeout }));
    return answer.data;
  }

  subscribe(subject: string, listener: Listener): Unsubscribe {
    if (this.connection.nats.isClosed()) return () => {};
    const subscription = this.connection.nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) this.hear(listener, message);
      },
    });
    return () => {
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
  }

  async createStream(name: string, subjectPrefix: string, limits: StreamLimits): Promise<void> {
    const config = {
      name,
      subjects: [`${subjectPrefix}.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_bytes: limits.bytes,
      max_age: limits.ageNs,
      duplicate_window: Math.min(KNOWN_IDS_NS, limits.ageNs),
    };
    const { replicas } = limits;
    if (replicas !== undefined) return this.addStream({ ...config, num_replicas: replicas });
    try {
      await this.addStream({ ...config, num_replicas: SAFE_REPLICAS });
    } catch (error) {
      if (!(error instanceof BusError) || error.fault === "no answer") throw error;
      await this.addStream({ ...config, num_replicas: 1 });
      this.sayAlone(name, error);
    }
  }

  private async addStream(config: StreamConfigToAdd): Promise<void> {
    const added = this.manage((manager) => manager.streams.add(config).catch(unlessThere));
    await added.catch((error) => Promise.reject(withReason(error, config)));
  }

  /** A server that belongs to no cluster has no others, and nobody expects any. */
  private sayAlone(name: string, { message }: BusError): void {
    const { cluster } = this.connection.nats.info as { cluster?: string };
    if (cluster === undefined) return;
    const why = message.replace(/^NATS: /, "");
    this.connection.tell(`the stream ${name} is on one server, and away when that is: ${why}`);
  }

  async resizeStream(name: string, bytes: number): Promise<void> {
    await this.manage((manager) => manager.streams.update(name, { max_bytes: bytes }));
  }

  async deleteStream(name: string): Promise<void> {
    await this.manage((manager) => manager.streams.delete(name)).catch(unlessGone);
  }

  streams(prefix: string): Promise<string[]> {
    return this.manage(async (manager) => {
      const names: string[] = [];
      for await (const name of manager.streams.names())
        if (name.startsWith(prefix)) names.push(name);
      return names;
    });
  }

  async streamState(name: string): Promise<StreamState> {
    const info = await this.manage((manager) => manager.streams.info(name).catch(unanswered(name)));
    const { state, created, ts } = info;
    // By the server's own clock, or this machine's where the server does not say.
    const nowMs = ts === undefined ? Date.now() : Date.parse(ts);
    const ageNs = Math.max(0, nowMs - Date.parse(created)) * 1e6;
    return { lastSequence: state.last_seq, bytes: state.bytes, ageNs };
  }

  async append(subject: string, payload: Uint8Array, id: string): Promise<void> {
    this.weigh(payload);
    assert(id.length <= ID_CHARS_MAX, `an id has at most ${ID_CHARS_MAX} characters`);
    await this.connection.whileUp(async () => {
      try {
        const { domain = "" } = await this.client.publish(subject, payload, { msgID: id });
        this.streamDomain = domain;
        this.absence.over(subject);
      } catch (error) {
        const why = isNobody(error) ? await this.whyNobody(subject) : busErrorOf(error);
        if (this.isConnected) this.absence.of(subject, why);
        throw why;
      }
    });
  }

  async *read(name: string, fromSequence: number, signal: AbortSignal): AsyncGenerator<Stored> {
    yield* readStream(this.connection, await this.opener, name, fromSequence, signal);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private manage<T>(ask: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    return this.connection.whileUp(async () => ask(await this.manager));
  }

  /**
   * That nobody takes the subject means no stream, or one whose server is on its way up, or beyond
   * a leaf node whose way to its hub is cut: a leaf's own JetStream knows nothing of the hub's.
   */
  private async whyNobody(subject: string): Promise<Error> {
    const { domain = "" } = this.connection.nats.info as { domain?: string };
    if (this.streamDomain !== undefined && this.streamDomain !== domain) return BEYOND;
    const manager = await this.manager;
    const found = await manager.streams.find(subject).catch(busErrorOf);
    return found instanceof Error
      ? found
      : new BusError("no answer", `NATS: the stream ${found} is not there at the moment`);
  }

  /** An error of the listener is a programmer's: it must crash, and not end in the client. */
  private hear(listener: Listener, message: Msg): void {
    try {
      const answer = listener(message.data, message.subject);
      if (answer === undefined) return;
      this.weigh(answer);
      if (message.reply && this.isConnected) message.respond(answer);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private weigh({ length }: Uint8Array): void {
    const most = this.maxPayloadBytes;
    assert(length <= most, `a payload has at most ${most} bytes, and this one ${length}`);
  }
}

/** A stream of that name exists, and is left as it is. */
function unlessThere(error: unknown): void {
  if (!(error instanceof JetStreamApiError && error.code === API.nameInUse)) throw error;
}

/** The broker sets aside all that a stream may hold, for as long as it exists. */
function withReason(error: unknown, { max_bytes, num_replicas }: StreamConfigToAdd): unknown {
  if (!(error instanceof BusError)) return error;
  const { fault, message } = error;
  const reserve = `${Math.ceil(max_bytes / 1024 / 1024)} MiB`;
  if (fault === "full")
    return new BusError(
      fault,
      `${message}: it sets aside ${reserve} for each stream until it is deleted`,
    );
  if (fault === "too few servers")
    return new BusError(fault, `${message}: there are no ${num_replicas} servers for a stream`);
  return error;
}

/** One that is on a server which is away is not answered for by the others. */
function unanswered(name: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TimeoutError)) throw error;
    throw new BusError(
      "no answer",
      `NATS: the stream ${name} does not answer: is a server that has it away?`,
    );
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof BusError && error.fault === "no such stream")) throw error;
}
