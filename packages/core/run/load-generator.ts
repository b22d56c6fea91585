/**
 * One interface at three distances: an engine in this process, a worker behind a pipe, an agent
 * behind a bus. An ensemble of load generators is a load generator.
 */
import type { Plan } from "../plan/plan.ts";
import type { Environment } from "../record/environment.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { Snapshot } from "../record/snapshot.ts";
import type { Share } from "../schedule/share.ts";
import type { Capabilities } from "./capabilities.ts";
import type { CountLimit } from "./count-limit.ts";

/**
 * What the plan names and does not hold: files by the name that it gives them, variables of the
 * environment by `env:NAME`. Values may be secrets: they are shown to nobody.
 */
export type Assets = Readonly<Record<string, Uint8Array>>;

export interface Order {
  readonly plan: Plan;
  readonly share: Share;
  readonly runId: string;
  /** The name under which the child reports. */
  readonly child: string;
  readonly incarnation: number;
  /** First interval: what is due before it is somebody else's. */
  readonly from: number;
  readonly assets: Assets;
  /** What ends the child; of those that are reached together the first counts. */
  readonly limits?: readonly CountLimit[];
  /** Records the `DetailHistogram`s too. */
  readonly details?: Details;
}

/**
 * Whether `queue` and `passage` count from when an exchange was due, or from when a connection was
 * free for it.
 */
export type Details = "from due" | "from free";

export interface Ready {
  /** Worker processes under this generator. */
  readonly workers: number;
  /** Addresses that the target's name stands for. */
  readonly addresses: readonly string[];
  /** How long its name took to resolve, before the run. */
  readonly lookupNs: number;
  /** Process id, where a child is a process of this host. */
  readonly pid?: number;
  /**
   * For so long it may rightly say nothing, because it waits for a silent child of its own; default
   * 0.
   */
  readonly patienceNs?: number;
}

export interface Started {
  readonly type: "started";
  readonly child: string;
  readonly incarnation: number;
  /** By how much the child began after T0, ns. */
  readonly latenessNs: number;
}

/**
 * done: to the plan's end; stopped: asked to; lost: no word any more; failed: an operating error.
 */
export type Outcome = "done" | "stopped" | "lost" | "failed";

/** `worker 2 was lost: its process 7 was killed by SIGKILL`; undefined: it was no loss. */
export function lossOf(
  who: string,
  { outcome, reason }: Pick<Ended, "outcome" | "reason">,
): string | undefined {
  if (outcome === "lost") return `${who} was lost: ${reason}`;
  return outcome === "failed" ? `${who} failed: ${reason}` : undefined;
}

export interface Ended {
  readonly type: "ended";
  readonly child: string;
  readonly incarnation: number;
  readonly outcome: Outcome;
  readonly reason: string;
  /**
   * Snapshots sent, counted from `from`; `null` where nobody knows. Who was lost owed more than
   * these.
   */
  readonly intervals: number | null;
  /**
   * Up to where exchanges became due, ns after T0; 0 if it was stopped before it began, `null`
   * where nobody knows.
   */
  readonly untilNs: number | null;
  /** The limit of the order that has stopped it. */
  readonly limit?: CountLimit;
  /** What its latencies came to; absent: as its capabilities say. */
  readonly fidelity?: Fidelity;
  /** What a person should know of how it measured. */
  readonly notes?: readonly string[];
  /** Of a child on a machine of its own. */
  readonly environment?: Environment;
  /** Of generators that are another program: what it was told, and what it said. */
  readonly transcript?: Transcript;
}

/** Of a program that has ended; texts are bounded, the end of each is kept. */
export interface Transcript {
  /** Without secrets. */
  readonly command: readonly string[];
  /** `null`: ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The child's own load (CPU, memory) travels in each snapshot, so that it cannot be lost apart from
 * it.
 */
export type RunEvent = Started | Snapshot | Ended;

export interface Run {
  readonly ready: Ready;
  /** `t0Ns` on the host's monotonic clock; may be called once. */
  start(t0Ns: number): void;
  /** Ends after `ended` and all snapshots that it counts, or when no more can come. */
  readonly events: AsyncIterable<RunEvent>;
  /**
   * Nothing more becomes due; what is in flight may end within the plan's drain. A second call ends
   * at once. A run that has not been started ends at the first.
   */
  stop(reason: string): void;
}

export interface LoadGenerator {
  readonly capabilities: Capabilities;
  /**
   * Gets ready without sending load. Rejects with a `NightjarError`; aborting leaves nothing
   * behind.
   */
  prepare(order: Order, signal: AbortSignal): Promise<Run>;
}
