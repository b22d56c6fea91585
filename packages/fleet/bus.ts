/**
 * Bus: what a fleet needs of a message broker. In memory for one process and for simulations, over
 * NATS for many machines; one conformance suite for both.
 *
 *     publish   to whoever listens now; nobody learns whether it arrived
 *     request   to one listener, who answers; or the asker learns that no answer came
 *     stream    kept by the broker until it is deleted or too old; an append is acknowledged
 *
 * Whatever a Bus carries may come twice, late or not at all. Nothing here is trusted to be
 * otherwise.
 */

/** Ends a subscription. */
export type Unsubscribe = () => void;

/**
 * Called at the moment of arrival: who reads a clock does it here. What it returns answers a
 * request; `undefined` leaves the request without an answer.
 */
export type Listener = (payload: Uint8Array, subject: string) => Uint8Array | undefined;

/** What a stream may hold. Beyond `bytes` an append is refused: what it holds is not pushed out. */
export interface StreamLimits {
  readonly bytes: number;
  readonly ageNs: number;
  /**
   * On so many servers of the broker, each with all of it. Default: three, by which it outlasts the
   * loss of any one of them, or one where the broker has not so many.
   */
  readonly replicas?: number;
}

export interface Stored {
  /** From 1, without a hole in what is kept. */
  readonly sequence: number;
  readonly subject: string;
  readonly payload: Uint8Array;
}

export interface StreamState {
  /** Of the last one that was appended; 0: none yet. */
  readonly lastSequence: number;
  /** That it holds now. */
  readonly bytes: number;
  /** Since it was created. */
  readonly ageNs: number;
}

/** Why the broker did not do as asked. */
export type BusFault =
  /** No answer within the limit, or nobody listens, or there is no connection. */
  | "no answer"
  | "no such stream"
  /** The stream has reached its limit, or the broker its own. */
  | "full"
  /** The broker has not as many servers as the stream is to have replicas. */
  | "too few servers"
  /** The account may not do this. */
  | "not allowed";

export class BusError extends Error {
  override name = "BusError";

  constructor(
    readonly fault: BusFault,
    message: string,
  ) {
    super(message);
  }
}

export interface Bus {
  /** The longest payload of a message. A longer one is a programmer's error, no `BusError`. */
  readonly maxPayloadBytes: number;
  /** Dropped while there is no connection. */
  publish(subject: string, payload: Uint8Array): void;
  /** Rejects with a `BusError` of `no answer`, at once where nobody listens. */
  request(subject: string, payload: Uint8Array, limitNs: number): Promise<Uint8Array>;
  /** `subject` may end with `.*`, one token. */
  subscribe(subject: string, listener: Listener): Unsubscribe;
  /** For all subjects that begin with `subjectPrefix` + `.`; one that exists is left as it is. */
  createStream(name: string, subjectPrefix: string, limits: StreamLimits): Promise<void>;
  /** What it may hold from now on, which is what the broker sets aside for it. */
  resizeStream(name: string, bytes: number): Promise<void>;
  /** One that does not exist is no fault. */
  deleteStream(name: string): Promise<void>;
  /** Names of streams that begin with `prefix`. */
  streams(prefix: string): Promise<string[]>;
  streamState(name: string): Promise<StreamState>;
  /**
   * Resolves when the broker has it on its storage. `id`: the broker may leave out what it has seen
   * under the same one. Rejects with a `BusError`.
   */
  append(subject: string, payload: Uint8Array, id: string): Promise<void>;
  /**
   * All that the stream holds from `fromSequence` on, in order, and then what is appended, until
   * the signal aborts. Outlasts a broker that goes away and comes back. Throws a `BusError` where
   * there is no such stream, or no longer, and when this Bus is closed.
   */
  read(name: string, fromSequence: number, signal: AbortSignal): AsyncIterable<Stored>;
  /** Whether there is a connection now. */
  readonly isConnected: boolean;
  /** Lets what was published leave, and ends the connection. */
  close(): Promise<void>;
}
