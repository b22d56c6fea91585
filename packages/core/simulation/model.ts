/**
 * Model: what the accounts of a simulated run must be, from the lives of its workers and from which
 * intervals arrived; exchange by exchange, without the arithmetic of gaps. "Heard" is an interval
 * whose snapshot has reached the top.
 *
 *     completed, failed, dropped   ended in a heard interval
 *     censored, unsent             likewise, or open at the last word of a lost worker
 *     unknown                      ended in an interval missed between two that were heard, or
 *                                  due after a lost worker's last word and before the run's end
 */

import { timing } from "../plan/timing.ts";
import { PHASES, type Phase } from "../record/cell.ts";
import { INTERVAL_NS } from "../record/snapshot.ts";
import { type Counts, zeroCounts } from "../record/tally.ts";
import { countDue } from "../schedule/due-count.ts";
import type { SimulatedRun } from "./child.ts";
import type { FleetReport, LinkReport } from "./fleet.ts";
import type { Fate, SimulatedExchange } from "./life.ts";
import { ageAtEnd } from "./recorder.ts";

export interface WorkerModel {
  readonly run: SimulatedRun;
  readonly heard: ReadonlySet<number>;
  /** Something that it had to say has not come. */
  readonly isLost: boolean;
  /** How many intervals it had, by its own word. */
  readonly owed: number | undefined;
  /** Where its exchanges stop being due, as far as anybody can know. */
  readonly untilNs: number;
}

/** Samples by histogram, of one phase. */
export type Samples = Record<
  "wait" | "service" | "response" | "errorResponse" | "failedAge" | "censoredAge" | "unsentAge",
  number[]
>;

export interface PhaseModel {
  readonly counts: Counts;
  readonly samples: Samples;
}

export function workersOf(report: FleetReport): WorkerModel[] {
  const { scenario, runs, workerLinks, agentLinks } = report;
  const { workersPerAgent, agents } = scenario;
  const sorted = byNumber(runs);
  const worker = (index: number) => {
    const agentLink = agents === 1 ? undefined : agentLinks[Math.floor(index / workersPerAgent)];
    const agentLost = agentLink !== undefined && isLost(agentLink);
    const link = workerLinks[index];
    const { arrived, owed } = agentLost ? agentLink : link;
    const lost = agentLost || isLost(link);
    return { run: sorted[index], heard: arrived, owed, isLost: lost, agentLost };
  };
  const all = workerLinks.map((_, index) => worker(index));
  const untilOf = (some: typeof all) => {
    const untils = some.filter((one) => one.owed !== undefined).map(({ run }) => run.life.untilNs);
    return untils.length === 0 ? undefined : Math.max(...untils);
  };
  const whole = untilOf(all) ?? timing(scenario.plan).endNs;
  return all.map((one, index) => {
    const first = index - (index % workersPerAgent);
    const near = one.agentLost ? undefined : untilOf(all.slice(first, first + workersPerAgent));
    return { ...one, untilNs: near ?? whole };
  });
}

/** Runs come in the order in which they were ready. */
function byNumber(runs: readonly SimulatedRun[]): SimulatedRun[] {
  return runs.toSorted((a, b) => a.life.share.from - b.life.share.from);
}

/** A link that broke after the end had come through it has lost nothing. */
function isLost({ brokenNs, arrived, owed }: LinkReport): boolean {
  return brokenNs !== Number.POSITIVE_INFINITY && arrived.size !== owed;
}

export function modelOf(workers: readonly WorkerModel[]): Record<Phase, PhaseModel> {
  const model = Object.fromEntries(PHASES.map((phase) => [phase, emptyPhase()])) as Record<
    Phase,
    PhaseModel
  >;
  for (const worker of workers) {
    for (const exchange of worker.run.life.exchanges) addExchange(model, worker, exchange);
    addUnheardDues(model, worker);
  }
  for (const phase of PHASES) {
    const { counts } = model[phase];
    counts.completed = counts.ok + counts.errors;
    counts.sent = counts.completed + counts.failed + counts.censored;
    counts.due = counts.sent + counts.dropped + counts.unsent + counts.unknown;
  }
  return model;
}

function emptyPhase(): PhaseModel {
  const samples: Samples = {
    wait: [],
    service: [],
    response: [],
    errorResponse: [],
    failedAge: [],
    censoredAge: [],
    unsentAge: [],
  };
  return { counts: zeroCounts(), samples };
}

const intervalOf = (ns: number) => Math.floor(ns / INTERVAL_NS);

function lastHeard({ heard }: WorkerModel): number {
  return Math.max(-1, ...heard);
}

function addExchange(
  model: Record<Phase, PhaseModel>,
  worker: WorkerModel,
  exchange: SimulatedExchange,
): void {
  const { counts, samples } = model[exchange.phase];
  const { dueNs, sentNs, endNs } = exchange;
  const last = lastHeard(worker);
  if (worker.heard.has(intervalOf(sentNs))) samples.wait.push(Math.round(sentNs - dueNs));
  if (worker.heard.has(intervalOf(endNs))) return addEnd(model[exchange.phase], exchange);
  if (intervalOf(endNs) < last) counts.unknown++;
  else if (intervalOf(dueNs) <= last) {
    const age = Math.round((last + 1) * INTERVAL_NS - dueNs);
    if (intervalOf(sentNs) <= last) {
      counts.censored++;
      samples.censoredAge.push(age);
    } else {
      counts.unsent++;
      samples.unsentAge.push(age);
    }
  }
}

type Ending = (model: PhaseModel, ageNs: number, exchange: SimulatedExchange) => void;

const ENDINGS: Record<Fate, Ending> = {
  open: () => {},
  dropped: ({ counts }) => counts.dropped++,
  ok: (model, ageNs, exchange) => {
    model.counts.ok++;
    model.samples.response.push(ageNs);
    model.samples.service.push(Math.round(exchange.endNs - exchange.sentNs));
  },
  error: (model, ageNs, exchange) => {
    model.counts.errors++;
    model.samples.errorResponse.push(ageNs);
    model.samples.service.push(Math.round(exchange.endNs - exchange.sentNs));
  },
  failed: ({ counts, samples }, ageNs) => {
    counts.failed++;
    samples.failedAge.push(ageNs);
  },
  censored: ({ counts, samples }, ageNs) => {
    counts.censored++;
    samples.censoredAge.push(ageNs);
  },
  unsent: ({ counts, samples }, ageNs) => {
    counts.unsent++;
    samples.unsentAge.push(ageNs);
  },
};

function addEnd(model: PhaseModel, exchange: SimulatedExchange): void {
  ENDINGS[exchange.fate](model, ageAtEnd(exchange), exchange);
}

/** After its last word nobody knows what a lost worker did; the schedule knows what was due. */
function addUnheardDues(model: Record<Phase, PhaseModel>, worker: WorkerModel): void {
  if (!worker.isLost) return;
  const { plan, share } = worker.run.life;
  const { warmupNs } = timing(plan);
  const fromNs = (lastHeard(worker) + 1) * INTERVAL_NS;
  const ranges: Record<Phase, [number, number]> = {
    warmup: [fromNs, Math.min(warmupNs, worker.untilNs)],
    measured: [Math.max(fromNs, warmupNs), worker.untilNs],
  };
  for (const phase of PHASES) {
    const [from, to] = ranges[phase];
    if (from < to) model[phase].counts.unknown += countDue(plan, share, from, to) ?? 0;
  }
}
