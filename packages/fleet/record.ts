/**
 * Record: what a run's stream holds. The Result is a pure fold over it, so that anybody who can
 * read the stream comes to the same one, whoever has died.
 *
 *     head    once, before the start: what is run, and by whom
 *     log     what the coordinator has seen and decided
 *     up      what an agent's link has sent: ready, refused, events
 *
 * No secret is in any of them: the plan is a redacted one.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Environment } from "@nightjar/core/result/result.ts";
import type { Stop } from "@nightjar/core/result/stop-watch.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { ChildSpec } from "@nightjar/core/run/ledger.ts";
import type { AgentFacts, LostAgent } from "./messages.ts";

/**
 * How far an agent's monotonic clock is ahead of the coordinator's, and by how much that may be
 * wrong.
 */
export interface ClockReading {
  readonly offsetNs: number;
  readonly boundNs: number;
}

export interface HeadChild {
  readonly spec: ChildSpec;
  readonly agent: AgentFacts;
  /** By which its T0 was told. */
  readonly clock: ClockReading;
}

export interface Head {
  readonly type: "head";
  readonly protocol: number;
  readonly version: string;
  readonly runId: string;
  /** Redacted. */
  readonly plan: Plan;
  readonly startedAt: string;
  readonly generator: Capabilities;
  readonly lookupNs: number;
  readonly coordinator: string;
  /** Of the coordinator, when it began. */
  readonly environment: Environment;
  readonly lostAgent: LostAgent;
  readonly leaseNs: number;
  readonly children: readonly HeadChild[];
}

/** All `atNs` are after T0. */
export type Log =
  | {
      readonly type: "clocks";
      readonly atNs: number;
      /** By child. */
      readonly clocks: Readonly<Record<string, ClockReading>>;
    }
  | {
      readonly type: "lost";
      readonly atNs: number;
      readonly child: string;
      readonly reason: string;
    }
  | {
      readonly type: "sick";
      readonly atNs: number;
      readonly child: string;
      readonly reason: string;
    }
  /** A person, or an error, has cut the run short. */
  | { readonly type: "interrupted"; readonly atNs: number; readonly reason: string }
  /** A condition of the plan has ended it. */
  | { readonly type: "stopped"; readonly atNs: number; readonly stop: Stop }
  /** The coordinator has seen the run to its end. */
  | { readonly type: "end"; readonly atNs: number; readonly environment: Environment };

export function encodeRecord(record: Head | Log): Uint8Array {
  return encodeFrame(record);
}
