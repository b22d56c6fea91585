/**
 * The books of a run, checked: what became of every exchange, phase by phase, interval by interval.
 *
 *     due = sent + dropped + unsent + unknown      sent = completed + failed + censored
 *     flight(k)  = flight(k−1)  + sent − completed − failed − censored
 *     backlog(k) = backlog(k−1) + due − sent − dropped − unsent − unknown
 */

import { PHASES, type Phase } from "@nightjar/core/record/cell.ts";
import { phaseTally, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Tally } from "@nightjar/core/record/tally.ts";
import type { Totals } from "@nightjar/core/record/totals.ts";
import type { Capabilities, MeasuredColumn } from "@nightjar/core/run/capabilities.ts";
import type { Folded } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";

/** Throws with the sum that does not add up; of what a generator of these capabilities tells. */
export function checkBooks(
  folded: Folded,
  events: readonly RunEvent[],
  capabilities: Capabilities,
): void {
  for (const phase of PHASES) checkTotals(phase, folded.totals.phases[phase], capabilities);
  for (const snapshots of snapshotsByChild(events).values()) {
    for (const phase of PHASES) checkIntervals(phase, snapshots);
  }
}

function equal(actual: number, expected: number, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and should be ${expected}`);
}

function checkTotals(
  phase: Phase,
  totals: Totals["phases"][Phase],
  { columns, fidelity }: Capabilities,
): void {
  const { counts, statuses } = totals;
  const { due, sent, dropped, unsent, unknown, completed, failed, censored, ok, errors } = counts;
  equal(sent + dropped + unsent + unknown, due, `${phase}: due`);
  equal(completed + failed + censored, sent, `${phase}: sent`);
  equal(ok + errors, completed, `${phase}: completed`);
  const ages = { failedAge: failed, censoredAge: censored, unsentAge: unsent } as const;
  for (const [name, size] of Object.entries(ages)) {
    const { count } = totals.histogram(name as keyof typeof ages);
    equal(count, size, `${phase}: samples of ${name}`);
  }
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  // There are programs that tell no statuses.
  if (answered > 0) equal(answered, completed, `${phase}: answers by status`);
  const sizes = { wait: sent, service: completed, firstByte: completed, response: ok } as const;
  // Of buckets a program may tell no more than a part.
  if (fidelity !== "histogram") return;
  for (const [name, size] of Object.entries({ ...sizes, errorResponse: errors })) {
    if (!columns.includes(name as MeasuredColumn)) continue;
    const { count } = totals.histogram(name as keyof typeof sizes);
    equal(count, size, `${phase}: samples of ${name}`);
  }
}

/** Sorted by interval, each once. */
function snapshotsByChild(events: readonly RunEvent[]): Map<string, Snapshot[]> {
  const byChild = new Map<string, Map<number, Snapshot>>();
  for (const event of events) {
    if (event.type !== "snapshot") continue;
    const known = byChild.get(event.child) ?? new Map<number, Snapshot>();
    byChild.set(event.child, known.set(event.interval, event));
  }
  const sorted = (known: Map<number, Snapshot>) =>
    [...known.values()].sort((a, b) => a.interval - b.interval);
  return new Map([...byChild].map(([child, known]) => [child, sorted(known)]));
}

function checkIntervals(phase: Phase, snapshots: readonly Snapshot[]): void {
  for (const [index, snapshot] of snapshots.entries()) {
    const name = `${phase}, interval ${snapshot.interval} of "${snapshot.child}"`;
    checkBalance(name, phaseTally(snapshot, phase));
    const before = snapshots[index - 1];
    if (before?.interval === snapshot.interval - 1)
      checkHandover(name, phaseTally(before, phase), phaseTally(snapshot, phase));
  }
}

function checkBalance(name: string, { counts, openBefore, open, openAges }: Tally): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } = counts;
  const flight = openBefore.inFlight + sent - completed - failed - censored;
  equal(open.inFlight, flight, `${name}: in flight`);
  const backlog = openBefore.backlog + due - sent - dropped - unsent - unknown;
  equal(open.backlog, backlog, `${name}: backlog`);
  equal(openAges.inFlight.count, open.inFlight, `${name}: ages of what is in flight`);
  equal(openAges.backlog.count, open.backlog, `${name}: ages of the backlog`);
}

function checkHandover(name: string, before: Tally, after: Tally): void {
  equal(after.openBefore.inFlight, before.open.inFlight, `${name}: in flight before it`);
  equal(after.openBefore.backlog, before.open.backlog, `${name}: backlog before it`);
}
