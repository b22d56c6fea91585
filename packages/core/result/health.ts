/**
 * Health: whether the generator itself was fit to measure. What it finds wrong makes a verdict
 * inconclusive; what is a finding about the target or the plan (a large `wait`) is said as a
 * warning and never counts against the generator.
 */

import type { Plan } from "../plan/plan.ts";
import { MILLISECOND_NS, SECOND_NS } from "../plan/quantity.ts";
import type { Environment } from "../record/environment.ts";
import { mergeHistograms, type SparseHistogram, slotOf, valueAtRank } from "../record/histogram.ts";
import type { FailureKind } from "../record/tally.ts";
import type { Totals } from "../record/totals.ts";

export interface HealthReport {
  readonly healthy: boolean;
  /** Why the generator is not healthy. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * More than 1 % of the exchanges later than this by our own doing, and p99 is no longer the
 * target's. Where the target is slow, what matters is measured against it: a twentieth of the
 * median response.
 */
const LAG_LIMIT_NS = 10 * MILLISECOND_NS;
const LAG_OF_RESPONSE = 0.05;
const LAG_WARNING_NS = 1 * MILLISECOND_NS;
export const LATE_SHARE = 0.01;
const FREEZE_NS = SECOND_NS;
export const THROTTLED_SHARE = 0.01;
/** Two readings of two clocks differ by less. */
const SUSPENDED_MS = 1000;
const STEAL_PERCENT = 5;
const WAIT_SHARE = 0.05;
const BUSY_WORKER = 0.9;

/** The share of samples in slots above that of `limitNs`. */
export function shareAbove(h: SparseHistogram, limitNs: number): number {
  if (h.count === 0) return 0;
  const limit = slotOf(limitNs);
  let above = 0;
  for (let at = h.slots.length - 1; at >= 0 && h.slots[at] > limit; at--) above += h.counts[at];
  return above / h.count;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;
}

function latenessFaults(totals: Totals): string[] {
  const faults: string[] = [];
  const turn = totals.turn.sparse();
  if (turn.max >= FREEZE_NS) {
    faults.push(
      `the generator stood still for ${(turn.max / SECOND_NS).toFixed(2)} s (turn): ` +
        "its machine stopped or starved it",
    );
  }
  const limitNs = lagLimitNs((name) => totals.phases.measured.histogram(name));
  const late = shareAbove(totals.phases.measured.histogram("lag"), limitNs);
  if (late > LATE_SHARE) {
    const limitMs = Math.round(limitNs / MILLISECOND_NS);
    faults.push(
      `${percent(late)} of the exchanges left more than ${limitMs} ms ` +
        "late by our own doing (lag): the generator had too little CPU",
    );
  }
  return faults;
}

const KNOWN = ["response", "censoredAge", "unsentAge"] as const;

/** More of our own lateness than this is not to be believed, where so many answers took so long. */
export function lagLimitNs(histogramOf: (name: (typeof KNOWN)[number]) => SparseHistogram): number {
  const known = mergeHistograms(KNOWN.map(histogramOf));
  const median = known.count === 0 ? 0 : valueAtRank(known, Math.ceil(known.count / 2));
  return Math.max(LAG_LIMIT_NS, LAG_OF_RESPONSE * median);
}

/** A machine that load is sent from; `name`: where there are several. */
export interface Machine {
  readonly name?: string;
  readonly environment: Environment;
}

function by({ name }: Machine): string {
  return name === undefined ? "" : `${name}: `;
}

function throttlingFaults(machine: Machine, durationS: number): string[] {
  const throttledMs = machine.environment.throttled?.ms ?? 0;
  if (throttledMs <= THROTTLED_SHARE * durationS * 1000) return [];
  return [
    `${by(machine)}the CPU quota of the control group stopped us for ` +
      `${throttledMs.toFixed(0)} ms in all: ` +
      "raise it, or use --idle sleep",
  ];
}

/** Failures for want of something on the generator's own machine say nothing about the target. */
const WANTS: readonly FailureKind[] = ["no-descriptors", "no-ports"];

function wantFaults({ phases }: Totals): string[] {
  const { errors } = phases.measured;
  return WANTS.flatMap((kind) => {
    const found = errors[kind];
    return found === undefined
      ? []
      : [`${found.count} exchanges got no connection: ${found.sample}`];
  });
}

function suspensionFaults(machine: Machine): string[] {
  const { suspendedMs } = machine.environment;
  if (suspendedMs === null || suspendedMs < SUSPENDED_MS) return [];
  return [
    `${by(machine)}the machine was suspended for ${(suspendedMs / 1000).toFixed(0)} s ` +
      "during the run",
  ];
}

function stealWarnings(machine: Machine): string[] {
  const steal = machine.environment.stealPercent ?? 0;
  if (steal <= STEAL_PERCENT) return [];
  return [`${by(machine)}the hypervisor took ${steal.toFixed(1)} % of the CPU (steal)`];
}

function warningsOf(plan: Plan, totals: Totals, machines: readonly Machine[]): string[] {
  const warnings: string[] = [];
  const measured = totals.phases.measured;
  const waited = shareAbove(measured.histogram("wait"), LAG_WARNING_NS);
  if (waited > WAIT_SHARE) {
    const { connections } = plan.load;
    warnings.push(
      `${percent(waited)} of the exchanges waited for one of the ${connections} connections: ` +
        "the target is slower than the rate needs, or the plan has too few connections",
    );
  }
  const late = shareAbove(measured.histogram("lag"), LAG_WARNING_NS);
  if (late > LATE_SHARE) {
    warnings.push(
      `${percent(late)} of the exchanges left more than 1 ms late by our own doing (lag)`,
    );
  }
  if (measured.counts.dropped > 0) {
    warnings.push(
      `${measured.counts.dropped} exchanges were dropped: the backlog was full (maxBacklog)`,
    );
  }
  const load = totals.usage.wallNs === 0 ? 0 : totals.usage.cpuNs / totals.usage.wallNs;
  if (plan.load.model === "closed" && load > BUSY_WORKER) {
    warnings.push(
      `the workers used ${percent(load)} of a core each: ` +
        "the rate may be our limit, not the target's",
    );
  }
  return [...warnings, ...machines.flatMap(stealWarnings)];
}

export function healthOf(
  plan: Plan,
  totals: Totals,
  machines: readonly Machine[],
  durationS: number,
): HealthReport {
  const faults = [
    ...wantFaults(totals),
    ...machines.flatMap(suspensionFaults),
    ...latenessFaults(totals),
    ...machines.flatMap((machine) => throttlingFaults(machine, durationS)),
  ];
  return { healthy: faults.length === 0, faults, warnings: warningsOf(plan, totals, machines) };
}
