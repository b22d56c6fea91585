/**
 * Capabilities: what a generator can do of a plan, as data. A plan that asks for more is refused
 * before anything starts.
 */

import { LATENCY_KINDS } from "../plan/threshold.ts";
import {
  FIDELITIES,
  type FidelityKind,
  LATENCY_MEANINGS,
  type LatencyMeaning,
} from "../record/fidelity.ts";
import type { Feature } from "./feature.ts";

/** When load begins: at T0, when a spawned process is up, or by the generator's own clock. */
export const STARTS = ["instant", "spawn", "wall"] as const;
export type Start = (typeof STARTS)[number];

/** Columns of latency that a generator may measure: those that a threshold may name. */
export const MEASURED_COLUMNS = LATENCY_KINDS;
export type MeasuredColumn = (typeof MEASURED_COLUMNS)[number];

/** Counts beside those of exchanges that a generator may tell. */
export const TOLD_COUNTS = [
  "bytesSent",
  "bytesReceived",
  "opened",
  "reused",
  "closedByServer",
  "failed",
  "resumed",
] as const;
export type ToldCount = (typeof TOLD_COUNTS)[number];

export interface Capabilities {
  readonly name: string;
  readonly version: string;
  readonly protocols: readonly string[];
  readonly models: readonly ("open" | "closed")[];
  readonly arrivals: readonly string[];
  /** What of a plan it carries out beside rate, duration, connections and one URL. */
  readonly features: readonly Feature[];
  /** As many exchanges as the plan says, not fewer by an arithmetic of its own. */
  readonly exactCounts: boolean;
  readonly start: Start;
  /** Tells of each second as it goes on. */
  readonly live: boolean;
  /** Tells, if only at the end, in which second each answer came. */
  readonly bySecond: boolean;
  /** At its best; a run says what it came to. */
  readonly fidelity: FidelityKind;
  readonly latency: LatencyMeaning;
  readonly columns: readonly MeasuredColumn[];
  /** Of bytes and connections; the others are nobody's to know. */
  readonly tells: readonly ToldCount[];
}

/** What all of them can do. */
export function weakestOf(all: readonly Capabilities[]): Capabilities {
  const [first] = all;
  const common = <T>(listOf: (one: Capabilities) => readonly T[]): T[] =>
    listOf(first).filter((entry) => all.every((one) => listOf(one).includes(entry)));
  const worst = <T>(order: readonly T[], of: (one: Capabilities) => T): T =>
    order[Math.max(...all.map((one) => order.indexOf(of(one))))];
  return {
    ...first,
    protocols: common((one) => one.protocols),
    models: common((one) => one.models),
    arrivals: common((one) => one.arrivals),
    features: common((one) => one.features),
    columns: common((one) => one.columns),
    tells: common((one) => one.tells),
    exactCounts: all.every((one) => one.exactCounts),
    live: all.every((one) => one.live),
    bySecond: all.every((one) => one.bySecond),
    start: worst(STARTS, (one) => one.start),
    fidelity: worst(FIDELITIES, (one) => one.fidelity),
    latency: worst(LATENCY_MEANINGS, (one) => one.latency),
  };
}
