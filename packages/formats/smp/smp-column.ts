/** The latencies of an SMP result, and what labels add to them → a column of a Result. */
import { MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { samplesNeeded } from "@nightjar/core/record/percentile.ts";
import { type Latency, PERCENTILES, type ResultQuantity } from "@nightjar/core/result/result.ts";
import type { LatencyUnit } from "../convert/content.ts";
import type { Facts, NumberLabel } from "./result-labels.ts";
import type { SmpResult } from "./smp-result.ts";

interface Reading {
  readonly unit: LatencyUnit;
  /** How many were answered. */
  readonly count: number;
}

/** `undefined`: nothing is said of latencies. */
export function smpColumn(
  latencies: SmpResult["latencies"],
  facts: Facts,
  { unit, count }: Reading,
): Latency | undefined {
  const inMs = (value: number | undefined) => (value === undefined ? null : scaled(value, unit));
  const bound = (name: string): ResultQuantity => {
    const atLeast = facts[`${name}_at_least_ms` as NumberLabel];
    return atLeast === undefined ? null : { atLeast };
  };
  const isOurs = facts.latency_unit !== undefined;
  const percentiles = PERCENTILES.flatMap((name): [string, ResultQuantity][] => {
    const field = inMs(latencies[`p${name}` as "p50"]);
    const said = field ?? facts[`p${name}_ms` as NumberLabel] ?? bound(`p${name}`);
    // Too few samples are too few, whatever the tool prints; our own were looked at.
    if (said === null) return [];
    return [[name, isOurs || count >= samplesNeeded(Number(name)) ? said : null]];
  });
  const column = {
    min: inMs(latencies.min),
    mean: inMs(latencies.average) ?? bound("average"),
    stddev: facts.stddev_ms ?? null,
    max: inMs(latencies.max) ?? bound("max"),
  };
  const isSaid = percentiles.length > 0 || Object.values(column).some((value) => value !== null);
  return isSaid ? { count, ...column, percentiles: Object.fromEntries(percentiles) } : undefined;
}

/** Seconds become milliseconds by whole nanoseconds. */
function scaled(value: number, unit: LatencyUnit): number {
  return unit === "ms" ? value : Math.round(value * SECOND_NS) / MILLISECOND_NS;
}
