/**
 * Probe: a nearly idle child with one connection and 1 % of the load. What it sees is what a client
 * sees that has nothing else to do; where the busy children see something else, the difference is
 * our own.
 */

import { MILLISECOND_NS } from "../plan/quantity.ts";
import { type SparseHistogram, valueAtRank } from "../record/histogram.ts";
import { samplesNeeded } from "../record/percentile.ts";
import type { ProbeTotals } from "../record/totals.ts";
import type { Folded } from "../run/fold.ts";
import { distributionOf } from "./measure.ts";
import type { Result } from "./result.ts";
import { latencyOf } from "./result-latency.ts";

const COLUMNS = ["service", "response"] as const;
const COMPARED = [50, 90, 99] as const;

/**
 * Two-sided 99.9 %: with three quantiles compared in each run, one in 300 is told of a difference
 * that is chance alone.
 */
const Z = 3.29;
/** Less than these is of no account, however sure it is. */
const LEAST_SHARE = 0.1;
const LEAST_NS = 0.1 * MILLISECOND_NS;

/** Values between which the quantile lies, by order statistics. */
function intervalAt(h: SparseHistogram, percent: number): { low: number; high: number } {
  const q = percent / 100;
  const spread = Z * Math.sqrt(h.count * q * (1 - q));
  const rank = (at: number) => Math.min(Math.max(Math.round(at), 1), h.count);
  return {
    low: valueAtRank(h, rank(h.count * q - spread)),
    high: valueAtRank(h, rank(h.count * q + spread)),
  };
}

function ms(ns: number): string {
  return `${Number((ns / MILLISECOND_NS).toPrecision(3))} ms`;
}

function disagreementAt(
  probe: SparseHistogram,
  rest: SparseHistogram,
  percent: number,
): string | undefined {
  const needed = samplesNeeded(percent);
  if (probe.count < needed || rest.count < needed) return undefined;
  const { low, high } = intervalAt(probe, percent);
  const value = valueAtRank(rest, Math.max(1, Math.ceil((percent / 100) * rest.count)));
  const beyond = value > high ? value - high : low - value;
  if (beyond < Math.max(LEAST_NS, LEAST_SHARE * value)) return undefined;
  const said =
    `p${percent} of service: ${ms(value)} at the workers, ` +
    `${ms(low)} to ${ms(high)} at the probe`;
  return value > high
    ? `${said}: the workers' own load shows in what they measure`
    : `${said}: the probe's one connection fared worse than theirs`;
}

function disagreements({ probe, rest }: ProbeTotals): string[] {
  const [probed, others] = [probe.histogram("service"), rest.histogram("service")];
  return COMPARED.flatMap((percent) => disagreementAt(probed, others, percent) ?? []);
}

export function probeOf({ probe: totals }: Pick<Folded, "probe">): Result["probe"] {
  if (totals === undefined) return null;
  const columns = COLUMNS.map((kind) => [
    kind,
    {
      probe: latencyOf(distributionOf(totals.probe, kind)),
      rest: latencyOf(distributionOf(totals.rest, kind)),
    },
  ]);
  return {
    child: totals.child,
    completed: totals.probe.counts.completed,
    columns: Object.fromEntries(columns),
    disagreements: disagreements(totals),
  };
}
