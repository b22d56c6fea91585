/**
 * Live view: how a run stands, from its complete seconds and the clock. What is drawn of it: a
 * block on a terminal (`live-block.ts`), a plain line in a log (`live-line.ts`).
 */
import type { LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import type { ResultQuantity } from "@nightjar/core/result/result.ts";

/** `ending`: a person has asked for it; `draining`: nothing more becomes due. */
export type LivePhase = "warm-up" | "measured" | "draining" | "ending";

export interface LiveView {
  readonly phase: LivePhase;
  /** `null`: the plan has no stages, or none of them is under way. */
  readonly stage: { readonly number: number; readonly of: number } | null;
  readonly elapsedS: number;
  /** Warm-up and measured part; `null`: the run ends by its number of requests. */
  readonly totalS: number | null;
  /** How much of the run is over, from 0 to 1; `null`: nobody knows. */
  readonly done: number | null;
  /** `null`: nobody knows. */
  readonly leftS: number | null;
  /** Of the last complete second; `null`: none is complete yet. */
  readonly second: LiveSecond | null;
  /** What the generator measures; `null`: of several that measure unlike kinds. */
  readonly kind: LatencyMeaning | null;
  /** Of the phase under way, over all that was due and has come to an end. */
  readonly latencyMs: {
    readonly p50: ResultQuantity;
    readonly p99: ResultQuantity;
    readonly max: ResultQuantity;
  };
  /** So far: answered errors and failures. */
  readonly errors: number;
  /** The most frequent first. */
  readonly errorKinds: readonly (readonly [kind: string, count: number])[];
  /** At the end of the last complete second. */
  readonly inFlight: number;
  readonly backlog: number;
  /** So far. */
  readonly dropped: number;
  /** By the time of the answer, the last seconds of the run; `null`: too few samples. */
  readonly course: {
    readonly name: "p99" | "max";
    readonly ms: readonly (number | null)[];
  };
}

/** Of several plans that began together. */
export interface LiveSeveral {
  /** As long as the one that has most before it. */
  readonly whole: LiveView;
  readonly clients: readonly LiveClient[];
}

export interface LiveClient {
  readonly name: string;
  readonly view: LiveView;
  /** Its Result is there. */
  readonly isOver: boolean;
}

/** Of a fleet: how one of its machines fares, by its last second. */
export interface LiveAgent {
  readonly name: string;
  readonly state: "waiting" | "running" | "sick" | "lost" | "over";
  /** `null`: no second of it has come. */
  readonly answeredPerS: number | null;
  /** `null`: nothing came to an end. */
  readonly p99: ResultQuantity;
  /** Where there are too few for a p99. */
  readonly max: ResultQuantity;
  /** Our own lateness; `null`: too few samples, or nobody measures it. */
  readonly lagP99: ResultQuantity;
  /** Against the coordinator's; `null`: never measured. */
  readonly clock: { readonly errorMs: number; readonly boundMs: number } | null;
}

export interface LiveSecond {
  /** `null` in the closed loop, which offers nothing. */
  readonly offeredPerS: number | null;
  readonly answeredPerS: number;
}
