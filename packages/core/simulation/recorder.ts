/**
 * What a simulated child records of an interval: honest counts, samples, and what stands open at
 * both ends.
 */
import { PHASES, type Phase } from "../record/cell.ts";
import type { Snapshot, SnapshotKey } from "../record/snapshot.ts";
import { emptySnapshot } from "../record/snapshot.ts";
import { emptyTally, NOTHING_OPEN, type Open, type Tally, zeroCounts } from "../record/tally.ts";
import type { Life, SimulatedExchange } from "./life.ts";
import { sparseOf } from "./samples.ts";

export class SimulatedRecorder {
  private readonly openBefore: Record<Phase, Open> = {
    warmup: NOTHING_OPEN,
    measured: NOTHING_OPEN,
  };
  /** All exchanges before this one are sealed and recorded. */
  private settled = 0;

  constructor(private readonly life: Life) {}

  /**
   * What happened in [fromNs, toNs]: the last instant belongs to the interval only when it is the
   * child's last.
   */
  snapshot(key: SnapshotKey, fromNs: number, toNs: number): Snapshot {
    const { exchanges } = this.life;
    const recent = exchanges.slice(this.settled);
    while (this.settled < exchanges.length && exchanges[this.settled].endNs < fromNs)
      this.settled++;
    const cells = PHASES.map((phase) => {
      const met = recent.filter((exchange) => exchange.phase === phase);
      const tally = tallyOf(met, fromNs, toNs, this.openBefore[phase]);
      this.openBefore[phase] = tally.open;
      return { phase, stage: 0, target: 0, tally };
    });
    const parts = { expected: 1, received: 1 };
    return { ...emptySnapshot(key), cells, parts };
  }
}

function tallyOf(met: SimulatedExchange[], fromNs: number, toNs: number, openBefore: Open): Tally {
  if (met.length === 0) return { ...emptyTally(), openBefore };
  const within = (ns: number) => ns >= fromNs && ns < toNs;
  const sent = met.filter(({ sentNs }) => within(sentNs));
  const ended = met.filter(({ endNs }) => within(endNs));
  const flying = met.filter(({ sentNs, endNs }) => sentNs < toNs && endNs >= toNs);
  const waiting = met.filter(
    ({ dueNs, sentNs, endNs }) => dueNs < toNs && sentNs >= toNs && endNs >= toNs,
  );
  const byFate = (...fates: string[]) => ended.filter(({ fate }) => fates.includes(fate));
  const counts = {
    ...zeroCounts(),
    due: met.filter(({ dueNs }) => within(dueNs)).length,
    sent: sent.length,
    dropped: byFate("dropped").length,
    unsent: byFate("unsent").length,
    completed: byFate("ok", "error").length,
    failed: byFate("failed").length,
    censored: byFate("censored").length,
    ok: byFate("ok").length,
    errors: byFate("error").length,
  };
  const errors = byFate("error");
  return {
    counts,
    statuses: statusesOf(counts.ok, counts.errors),
    errors: errors.length === 0 ? {} : { "status-503": firstOf(errors) },
    histograms: histogramsOf(sent, byFate),
    openBefore,
    open: { inFlight: flying.length, backlog: waiting.length },
    openAges: { inFlight: agesOf(flying, toNs), backlog: agesOf(waiting, toNs) },
  };
}

function statusesOf(ok: number, errors: number): Record<string, number> {
  return { ...(ok > 0 ? { 200: ok } : {}), ...(errors > 0 ? { 503: errors } : {}) };
}

function firstOf(errors: readonly SimulatedExchange[]) {
  const first = errors.reduce((a, b) => (a.endNs <= b.endNs ? a : b));
  return { count: errors.length, sample: `exchange ${first.i}`, atNs: first.endNs };
}

function histogramsOf(
  sent: readonly SimulatedExchange[],
  byFate: (...fates: string[]) => SimulatedExchange[],
): Tally["histograms"] {
  const samples = {
    wait: sent.map(({ sentNs, dueNs }) => Math.round(sentNs - dueNs)),
    service: byFate("ok", "error").map(({ endNs, sentNs }) => Math.round(endNs - sentNs)),
    response: byFate("ok").map(ageAtEnd),
    errorResponse: byFate("error").map(ageAtEnd),
    failedAge: byFate("failed").map(ageAtEnd),
    censoredAge: byFate("censored").map(ageAtEnd),
    unsentAge: byFate("unsent").map(ageAtEnd),
  };
  const filled = Object.entries(samples).filter(([, values]) => values.length > 0);
  return Object.fromEntries(filled.map(([name, values]) => [name, sparseOf(values)]));
}

export function ageAtEnd({ endNs, dueNs }: SimulatedExchange): number {
  return Math.round(endNs - dueNs);
}

function agesOf(open: readonly SimulatedExchange[], atNs: number) {
  return sparseOf(open.map(({ dueNs }) => Math.round(atNs - dueNs)));
}
