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

import { SECOND_NS } from "../plan/quantity.ts";
import { type Cell, mergeCells, type Phase } from "./cell.ts";
import { EMPTY_HISTOGRAM, mergeHistograms, type SparseHistogram } from "./histogram.ts";
import { PackedHistogram } from "./packed-histogram.ts";
import {
  addNumbers,
  emptyTally,
  mapHistograms,
  mergeTallies,
  type Open,
  type Tally,
} from "./tally.ts";

export const INTERVAL_NS = SECOND_NS;
/** Histograms of a snapshot, and of each of its cells, whatever has happened. */
const TURN = 1;
const AGES = 2;

export interface ConnectionCounts {
  readonly opened: number;
  readonly reused: number;
  readonly closedByServer: number;
  readonly failed: number;
  /** TLS sessions that were resumed, of those opened. */
  readonly resumed: number;
}

/** What one address did to the measured exchanges, by the interval in which they ended. */
export interface BackendTally {
  readonly completed: number;
  /** Answered, and not ok. */
  readonly errors: number;
  readonly failed: number;
  readonly service: SparseHistogram;
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
  /** Those in which something happened or stands open. */
  readonly cells: readonly Cell[];
  /** Gaps between two turns of the event loop, ns. */
  readonly turn: SparseHistogram;
  readonly connections: ConnectionCounts;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly usage: Usage;
  /** By address. */
  readonly backends: Readonly<Record<string, BackendTally>>;
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
    cells: [],
    turn: EMPTY_HISTOGRAM,
    connections: { opened: 0, reused: 0, closedByServer: 0, failed: 0, resumed: 0 },
    bytes: { sent: 0, received: 0 },
    usage: { cpuNs: 0, wallNs: 0, rssBytes: 0 },
    backends: {},
    parts: { expected: 0, received: 0 },
  };
}

/** What happened to all exchanges of a phase. */
export function phaseTally({ cells }: Pick<Snapshot, "cells">, phase: Phase): Tally {
  const tallies = cells.filter((cell) => cell.phase === phase).map(({ tally }) => tally);
  return tallies.length === 0 ? emptyTally() : mergeTallies(tallies);
}

/** What stood open of a phase, before the interval or after it. */
export function phaseOpen(
  { cells }: Pick<Snapshot, "cells">,
  phase: Phase,
  side: "openBefore" | "open",
): Open {
  let inFlight = 0;
  let backlog = 0;
  for (const cell of cells) {
    if (cell.phase !== phase) continue;
    inFlight += cell.tally[side].inFlight;
    backlog += cell.tally[side].backlog;
  }
  return { inFlight, backlog };
}

export function addBackends(parts: readonly Snapshot["backends"][]): Record<string, BackendTally> {
  const tallies = new Map<string, BackendTally[]>();
  for (const part of parts) {
    for (const [address, tally] of Object.entries(part)) {
      const known = tallies.get(address);
      if (known) known.push(tally);
      else tallies.set(address, [tally]);
    }
  }
  return Object.fromEntries([...tallies].map(([address, all]) => [address, sumOf(all)]));
}

function sumOf(parts: readonly BackendTally[]): BackendTally {
  const sum = (count: "completed" | "errors" | "failed") =>
    parts.reduce((total, part) => total + part[count], 0);
  return {
    completed: sum("completed"),
    errors: sum("errors"),
    failed: sum("failed"),
    service: mergeHistograms(parts.map(({ service }) => service)),
  };
}

/** Snapshots of several children as one of `key`. Exact, in any order. */
export function mergeSnapshots(key: SnapshotKey, parts: readonly Snapshot[]): Snapshot {
  if (parts.length === 0) return emptySnapshot(key);
  const sum = <K extends "connections" | "bytes" | "usage" | "parts">(field: K) =>
    addNumbers(
      parts.map((part) => part[field] as Record<string, number>),
    ) as unknown as Snapshot[K];
  return {
    type: "snapshot",
    child: key.child,
    incarnation: key.incarnation,
    interval: key.interval,
    cells: mergeCells(parts.map((part) => part.cells)),
    turn: mergeHistograms(parts.map((part) => part.turn)),
    connections: sum("connections"),
    bytes: sum("bytes"),
    usage: sum("usage"),
    backends: addBackends(parts.map((part) => part.backends)),
    parts: sum("parts"),
  };
}

/** At most, of those that it may hold: many are empty. */
export function histogramsIn({ cells, backends }: Snapshot): number {
  const inCells = cells.map(({ tally }) => Object.keys(tally.histograms).length + AGES);
  return inCells.reduce((sum, some) => sum + some, TURN + Object.keys(backends).length);
}

/** The same in a seventh of the space. */
export function packedSnapshot(snapshot: Snapshot): Snapshot {
  const { turn, cells, backends } = snapshot;
  return {
    ...snapshot,
    cells: cells.map((cell) => ({
      ...cell,
      tally: mapHistograms(cell.tally, PackedHistogram.of),
    })),
    turn: PackedHistogram.of(turn),
    backends: Object.fromEntries(
      Object.entries(backends).map(([address, tally]) => [
        address,
        { ...tally, service: PackedHistogram.of(tally.service) },
      ]),
    ),
  };
}
