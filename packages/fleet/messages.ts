/**
 * What coordinators and agents say to each other by request and reply, and what agents say of
 * themselves. None of it is ever in a stream: orders hold secrets.
 *
 *     coordinator                         agent
 *       │ claim ───────────────────────▶   │  one run at a time
 *       │ ◀──────── claimed │ refused      │
 *       │ parcel (of the link's messages)▶ │  prepare, start, stop, cancel
 *       │ ◀──────── taken                  │
 *       │ beat, once a second ──────────▶  │  renews the lease
 *       │ ◀──────── its clock, its state   │
 *       │ release ─────────────────────▶   │
 *
 * A beat and a parcel renew the lease when they are new. Each of them all may come twice, in any
 * order, and again minutes later: then it changes nothing.
 */

import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { decodeFrame, encodeFrame } from "@nightjar/core/run/codec.ts";
import type { BusFault } from "./bus.ts";

/** Of these messages and of the records in a run's stream. */
export const FLEET_PROTOCOL = 1;

export const LOST_AGENT = ["fail", "degrade"] as const;
export type LostAgent = (typeof LOST_AGENT)[number];

/** What an agent says of its machine and of itself. */
export interface AgentFacts {
  /** New with each start of its process; a token of a subject. */
  readonly id: string;
  /** For people; unique only if they make it so. */
  readonly name: string;
  readonly protocol: number;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly host: string;
  readonly cores: number;
  /** Cores that its control group allows. */
  readonly cpuQuota: number | null;
  readonly memoryMb: number;
  /** More than this it does not send; `null`: whatever it is asked for. */
  readonly maxRatePerS: number | null;
}

export type AgentState =
  | { readonly is: "idle" }
  | { readonly is: "busy"; readonly runId: string; readonly coordinator: string }
  /** It was asked to go, and takes no other run. */
  | { readonly is: "leaving" };

export interface Heartbeat {
  readonly facts: AgentFacts;
  readonly state: AgentState;
}

export interface Claim {
  readonly type: "claim";
  readonly protocol: number;
  readonly version: string;
  readonly runId: string;
  /** Who asks, for people. */
  readonly coordinator: string;
  /**
   * Of this run's placing, from 1: who has given back what it held asks again with the next one.
   * An attempt that is over comes to nothing, however late it is heard of again.
   */
  readonly attempt: number;
  /** The name under which the agent reports in this run. */
  readonly child: string;
  /** Of the plan: its capabilities are asked for. */
  readonly generator: string;
  readonly lostAgent: LostAgent;
  readonly leaseNs: number;
  /** For so long beyond the lease it may go on when only the coordinator has died. */
  readonly orphanNs: number;
}

export interface Parcel {
  readonly type: "parcel";
  readonly runId: string;
  /** Of the message, from 1. */
  readonly number: number;
  readonly part: number;
  readonly parts: number;
  /** Of all parts together, hexadecimal. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface Beat {
  readonly type: "beat";
  readonly runId: string;
  /** From 1, of this run and agent: one that is heard of late, or again, renews nothing. */
  readonly number: number;
}

export interface Release {
  readonly type: "release";
  readonly runId: string;
  /** The claim that is given back, and those before it. */
  readonly attempt: number;
  readonly reason: string;
}

export type Question = Claim | Parcel | Beat | Release;

/** Where an agent stands with its run. */
export const STEPS = ["claimed", "preparing", "ready", "running", "ended"] as const;
export type Step = (typeof STEPS)[number];

export type Answer =
  | {
      readonly type: "claimed";
      readonly facts: AgentFacts;
      /** Of the generator that was asked for. */
      readonly capabilities: Capabilities;
    }
  | { readonly type: "refused"; readonly reason: string; readonly hint?: string }
  | { readonly type: "taken" }
  | {
      readonly type: "beat";
      /** Of its monotonic clock, read when the question came. */
      readonly nowNs: number;
      readonly step: Step;
      /** Messages of its link that the stream has not acknowledged. */
      readonly waiting: number;
      /** Snapshots that it had to let go, for want of room. */
      readonly discarded: number;
      /** Why the stream does not take what it says; `null`: it does. */
      readonly fault: BusFault | null;
      /** For so long its CPU quota has stopped it, since it started; `null`: it has none. */
      readonly throttledMs: number | null;
    }
  | { readonly type: "released" };

export function encodeMessage(message: Question | Answer | Heartbeat): Uint8Array {
  return encodeFrame(message);
}

/** As it was said: whether it can be believed is judged by `border/`. `undefined`: no message. */
export function decodeMessage<T extends object = Readonly<Record<string, unknown>>>(
  payload: Uint8Array,
): T | undefined {
  try {
    const message = decodeFrame(payload);
    return typeof message === "object" && message !== null ? (message as T) : undefined;
  } catch {
    return undefined;
  }
}
