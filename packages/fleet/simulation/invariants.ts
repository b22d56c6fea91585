/** Invariants: what must hold of every run, whatever has broken. Each says what does not. */
import { timing } from "@nightjar/core/plan/timing.ts";
import { PHASES } from "@nightjar/core/record/cell.ts";
import { TALLY_HISTOGRAMS } from "@nightjar/core/record/tally.ts";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { countDue } from "@nightjar/core/schedule/due-count.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Samples } from "@nightjar/core/simulation/model.ts";
import { sparseOf } from "@nightjar/core/simulation/samples.ts";
import type { ClockReading } from "../record.ts";
import { S } from "./fleet-stage.ts";
import type { Collected, FleetReport, Part, RunReport } from "./fleet-world.ts";
import { modelOfRun } from "./oracle.ts";
import type { StreamBooks } from "./stream-books.ts";
import { lastSentNs, limitsOf, runLimitsOf, t0Of } from "./time-limits.ts";

type Faults = string[];

export interface Judged {
  readonly report: FleetReport;
  readonly run: RunReport;
  readonly books: StreamBooks | undefined;
}

const sentOf = ({ run, t0Ns }: Part) =>
  t0Ns === undefined ? [] : run.life.exchanges.filter(({ sentNs }) => Number.isFinite(sentNs));

const partsOf = ({ report, run }: Judged) =>
  report.parts.filter((part) => part.order.runId === run.order.runId);

/** No exchange is sent twice, and no agent sends for two runs at once. */
export function sentOnce(report: FleetReport): Faults {
  const faults: Faults = [];
  for (const { order } of report.runs) {
    const sent = report.parts
      .filter((part) => part.order.runId === order.runId)
      .flatMap((part) => sentOf(part).map(({ i }) => i));
    const twice = sent.length - new Set(sent).size;
    if (twice > 0) faults.push(`${twice} exchanges of ${order.runId} were sent twice`);
  }
  for (const agent of report.scenario.agents.keys()) {
    const own = report.parts.filter((part) => part.agent === agent && sentOf(part).length > 0);
    const spans = own
      .map((part) => [part.t0Ns as number, lastShownNs(part)])
      .sort(([a], [b]) => a - b);
    const meet = spans.some(([from], at) => at > 0 && from < spans[at - 1][1]);
    if (meet) faults.push(`agent ${agent} sent for two runs at once`);
  }
  return faults;
}

function lastShownNs(part: Part): number {
  return (part.t0Ns as number) + Math.max(...sentOf(part).map(({ sentNs }) => sentNs));
}

/** Counts and histograms are those of the books, exactly. */
export function accounted(judged: Judged): Faults {
  const { run, books } = judged;
  const [first] = run.collected;
  if (typeof first === "string" || first === undefined || books === undefined) return [];
  const parsed = resultSchema.safeParse(first.result);
  if (!parsed.success) return [`no Result: ${parsed.error.message}`];
  if (run.order.plan.load.model === "closed") return [];
  const model = modelOfRun(run, books, judged.report.parts);
  return PHASES.flatMap((phase) => {
    const totals = first.fold.fold?.totals.phases[phase];
    const { counts, samples } = model[phase];
    const faults: Faults = [];
    if (!Bun.deepEquals({ ...totals?.counts }, { ...counts })) {
      faults.push(
        `${phase}: ${JSON.stringify(totals?.counts)}, in the books ${JSON.stringify(counts)}`,
      );
    }
    for (const name of TALLY_HISTOGRAMS) {
      const told = totals?.histogram(name);
      if (!Bun.deepEquals(told, sparseOf(samples[name as keyof Samples] ?? []))) {
        faults.push(`${phase}: the histogram ${name} is not that of the books`);
      }
    }
    return faults;
  });
}

/** What nobody sent is among what the Result says of it, and only a whole run passes. */
export function missing(judged: Judged): Faults {
  const { run } = judged;
  const [first] = run.collected;
  const { plan } = run.order;
  if (typeof first === "string" || first === undefined) return [];
  const { phases } = (first.fold.fold as NonNullable<typeof first.fold.fold>).totals;
  const sum = (of: "due" | "unknown" | "unsent" | "dropped") =>
    phases.warmup.counts[of] + phases.measured.counts[of];
  const sent = partsOf(judged).reduce((all, part) => all + sentOf(part).length, 0);
  const faults: Faults = [];
  const said = sum("unknown") + sum("unsent") + sum("dropped");
  if (plan.load.model === "open" && sum("due") - sent > said) {
    faults.push(`${sum("due")} were due and ${sent} sent, and the Result misses ${said}`);
  }
  return [...faults, ...wholeIfPassed(first, sum("due"), sum("unknown"))];
}

function wholeIfPassed({ result, fold }: Collected, due: number, unknown: number): Faults {
  if (result.verdict.outcome === "inconclusive") return [];
  const { plan } = fold.fold as NonNullable<typeof fold.fold>;
  const { intervalsExpected, intervalsReceived } = result.accounting;
  const faults: Faults = [];
  if (unknown > 0 || intervalsReceived < intervalsExpected) faults.push("judged with a hole in it");
  if (result.verdict.outcome === "fail" && result.stopped !== null) return faults;
  const whole = countDue(plan, wholeShare(plan.load.connections), 0, timing(plan).endNs);
  if (whole !== null && whole !== due) faults.push(`judged with ${due} of ${whole} due`);
  return faults;
}

/** Who folds comes to the same. */
export function foldedAlike({ report, run, books }: Judged): Faults {
  const [first, second] = run.collected.map((one) => (typeof one === "string" ? one : one.result));
  const faults: Faults = [];
  if (!Bun.deepEquals(first, second)) faults.push("two collects differ");
  if (run.own === undefined || typeof first === "string") return faults;
  // Out of order, the end may be read before the rest; of a full stream the rest is taken later.
  const { coordinator, streamBytes } = report.scenario;
  if (coordinator.reads !== undefined || streamBytes !== undefined) return faults;
  const isLast = books !== undefined && books.lastSequence === books.endSequence;
  if (!isLast || !hasAll(run.own, books)) return faults;
  const difference = firstDifference(run.own, first);
  if (difference !== undefined) faults.push(`the run's own Result differs: ${difference}`);
  return faults;
}

/** Whether the stream has taken each loss that the run's own Result knows of. */
function hasAll({ children }: Result, books: StreamBooks | undefined): boolean {
  return children.every(({ id, end }) => {
    if (end.outcome !== "lost") return true;
    const isOwn = books?.children.get(id)?.ended !== undefined;
    return isOwn || books?.logs.some((log) => log.type === "lost" && log.child === id);
  });
}

function firstDifference(a: unknown, b: unknown, path = ""): string | undefined {
  if (Bun.deepEquals(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return `${path} ${JSON.stringify(a)} ${JSON.stringify(b)}`;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference((a as never)[key], (b as never)[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return `${path} ?`;
}

/** Nobody sends for longer than may be. */
export function stoppedInTime({ report, run, books }: Judged): Faults {
  return partsOf({ report, run, books }).flatMap((part) => {
    const lastNs = lastSentNs(report, part);
    return limitsOf(report, run, part, books)
      .filter(({ ns }) => lastNs > ns + 1)
      .map(
        ({ because, ns }) =>
          `agent ${part.agent} sent at ${inS(lastNs)}, and not after ${inS(ns)}: ${because}`,
      );
  });
}

/** A run has its end by then, whatever it waits for. */
export function endedInTime({ report, run, books }: Judged): Faults {
  const { order, endedNs = Number.POSITIVE_INFINITY } = run;
  return runLimitsOf(report, run, books)
    .filter(({ ns }) => endedNs > ns)
    .map(
      ({ because, ns }) => `${order.runId} ended at ${inS(endedNs)}, due ${inS(ns)}: ${because}`,
    );
}

function inS(ns: number): string {
  return `${(ns / S).toFixed(3)} s`;
}

/** The truth is within what is stated of the clocks. */
export function clocksTrue({ report, run, books }: Judged): Faults {
  const [first] = run.collected;
  const t0Ns = books === undefined ? undefined : t0Of(report, books);
  if (books?.head === undefined || t0Ns === undefined || typeof first !== "object") return [];
  return books.head.children.flatMap(({ spec, clock }) => {
    const part = report.parts.find(
      (one) => one.order.runId === run.order.runId && one.order.child === spec.id,
    );
    if (part === undefined) return [];
    const { shiftNs, driftPpm } = report.scenario.agents[part.agent].drift;
    const leadNs = (trueNs: number) => shiftNs + (trueNs * driftPpm) / 1e6;
    const faults = readings(books, spec.id).flatMap(([atNs, reading]) => {
      const offNs = Math.abs(reading.offsetNs - leadNs(t0Ns + atNs));
      return offNs <= reading.boundNs + 1
        ? []
        : [`agent ${part.agent}'s clock is off by ${offNs} ns, said ${reading.boundNs}`];
    });
    const agent = first.result.children.find(({ id }) => id === spec.id)?.agent;
    if (agent?.clockErrorMs == null || agent.clockErrorBoundMs == null) return faults;
    const trueMs = Math.abs(leadNs(t0Ns) - clock.offsetNs) / 1e6;
    const statedMs = agent.clockErrorMs + agent.clockErrorBoundMs;
    if (trueMs > statedMs + 0.0011) {
      faults.push(`T0 of agent ${part.agent} was off by ${trueMs} ms, said ${statedMs}`);
    }
    return faults;
  });
}

function readings({ logs }: StreamBooks, child: string): [number, ClockReading][] {
  return logs.flatMap((log) => {
    const reading = log.type === "clocks" ? log.clocks[child] : undefined;
    return reading === undefined || log.type !== "clocks" ? [] : [[log.atNs, reading]];
  });
}

/** Everybody comes to an end, and an aborted run leaves nothing behind. */
export function endedAll(report: FleetReport): Faults {
  const { states, diedNs, streams } = report;
  const agents = states.flatMap((state, agent) => {
    if (diedNs[agent] < Number.POSITIVE_INFINITY || state === "idle") return [];
    return mayLeave(report, agent) && state === "leaving" ? [] : [`agent ${agent} is ${state}`];
  });
  const aborted = report.runs.flatMap((run) =>
    run.killedNs === Number.POSITIVE_INFINITY && run.refusal !== undefined
      ? abortedWell(report, run, streams)
      : [],
  );
  return [...agents, ...aborted];
}

function mayLeave({ scenario }: FleetReport, of: number): boolean {
  return scenario.faults.some(({ kind, agent }) => kind === "leave agent" && agent === of);
}

/** Where nothing breaks nothing is missing. */
export function calmIsWhole({ report, run }: Judged): Faults {
  const { faults, rivalNs, streamBytes, agents, coordinator } = report.scenario;
  const parties = [coordinator, ...agents.map(({ weather }) => weather)];
  const isCalm = parties.every(({ loss = {} }) =>
    Object.values(loss).every((chance) => chance === 0),
  );
  const isRoomy = streamBytes === undefined && agents.every((one) => one.outboxBytes === undefined);
  if (faults.length > 0 || rivalNs !== undefined || !isCalm || !isRoomy) return [];
  if (run.own === undefined) return [`nothing has broken, and ${run.refusal}`];
  const { children, accounting, stopped } = run.own;
  const ends = children.map(({ end }) => `${end.outcome} ${end.reason}`);
  const isDone = children.every(({ end }) => end.outcome === "done" || stopped !== null);
  const late = report.parts.filter(({ lateNs }) => lateNs > 0);
  return [
    ...(isDone ? [] : [`nothing has broken: ${ends.join("; ")}`]),
    ...(accounting.unknown > 0 ? [`nothing has broken, ${accounting.unknown} unknown`] : []),
    ...(late.length > 0 ? ["nothing has broken, and T0 was missed"] : []),
  ];
}

function abortedWell(
  { scenario }: FleetReport,
  { order, refusal }: RunReport,
  streams: readonly string[],
): Faults {
  const isOurs = (refusal as { code?: string })?.code !== undefined;
  const faults = isOurs ? [] : [`${order.runId} ended with ${refusal}`];
  const isReached = !scenario.faults.some(({ kind }) => /coordinator|broker/.test(kind));
  // What comes again minutes later makes a stream again.
  const { loss, repeats = [] } = scenario.coordinator;
  const isLossless = Object.values(loss ?? {}).every((chance) => chance === 0);
  const isOnce = repeats.every(({ chance, afterNs }) => chance === 0 || afterNs.mostNs < S);
  if (isReached && isLossless && isOnce && streams.some((name) => name.endsWith(order.runId))) {
    faults.push(`${order.runId} was aborted, and its stream is still there`);
  }
  return faults;
}
