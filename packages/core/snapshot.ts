/**
 * Snapshot: what one child recorded in interval *k* (one second each, counted from T0), identified
 * by (child, incarnation, interval). The only thing about measurement that crosses a process or a
 * wire.
 *
 *     T0                     T0+1s                  T0+2s
 *      |──── interval 0 ──────|──── interval 1 ──────|──── …
 *      dues of [0s,1s)        dues of [1s,2s)
 *
 * What became due belongs to the interval of its due time. Answers are counted in the interval in
 * which they came; what stands open at a boundary is stated on both sides of it, so that a missing
 * interval can be accounted for.
 */
import { EMPTY_HISTOGRAM, mergeHistograms, type SparseHistogram } from "./histogram.ts";
import { SECOND_NS } from "./quantity.ts";
import { addNumbers, emptyTally, mergeTallies, type Tally } from "./tally.ts";

export const INTERVAL_NS = SECOND_NS;

export const PHASES = ["warmup", "measured"] as const;
export type Phase = (typeof PHASES)[number];

export interface ConnectionCounts {
  readonly opened: number;
  readonly reused: number;
  readonly closedByServer: number;
  readonly failed: number;
}

/** What the worker itself used: `cpuNs / wallNs` is its load; sums over workers. */
export interface Usage {
  readonly cpuNs: number;
  readonly wallNs: number;
  readonly rssBytes: number;
}

export interface Snapshot {
  readonly type: "snapshot";
  readonly child: string;
  readonly incarnation: number;
  readonly interval: number;
  readonly warmup: Tally;
  readonly measured: Tally;
  /** Gaps between two turns of the event loop, ns. */
  readonly turn: SparseHistogram;
  readonly connections: ConnectionCounts;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly usage: Usage;
  /** Answers by the address that gave them. */
  readonly backends: Readonly<Record<string, number>>;
  /** Snapshots of single workers that this one should hold, and does hold. */
  readonly parts: { readonly expected: number; readonly received: number };
}

/** The (child, incarnation, interval) of a snapshot: seen twice, it changes nothing. */
export interface SnapshotKey {
  readonly child: string;
  readonly incarnation: number;
  readonly interval: number;
}

export function emptySnapshot(key: SnapshotKey): Snapshot {
  return {
    type: "snapshot",
    ...key,
    warmup: emptyTally(),
    measured: emptyTally(),
    turn: EMPTY_HISTOGRAM,
    connections: { opened: 0, reused: 0, closedByServer: 0, failed: 0 },
    bytes: { sent: 0, received: 0 },
    usage: { cpuNs: 0, wallNs: 0, rssBytes: 0 },
    backends: {},
    parts: { expected: 0, received: 0 },
  };
}

/** Snapshots of several children as one of `key`. Exact, in any order. */
export function mergeSnapshots(key: SnapshotKey, parts: readonly Snapshot[]): Snapshot {
  if (parts.length === 0) return emptySnapshot(key);
  const sum = <K extends "connections" | "bytes" | "usage" | "backends" | "parts">(field: K) =>
    addNumbers(
      parts.map((part) => part[field] as Record<string, number>),
    ) as unknown as Snapshot[K];
  return {
    type: "snapshot",
    child: key.child,
    incarnation: key.incarnation,
    interval: key.interval,
    warmup: mergeTallies(parts.map((part) => part.warmup)),
    measured: mergeTallies(parts.map((part) => part.measured)),
    turn: mergeHistograms(parts.map((part) => part.turn)),
    connections: sum("connections"),
    bytes: sum("bytes"),
    usage: sum("usage"),
    backends: sum("backends"),
    parts: sum("parts"),
  };
}
