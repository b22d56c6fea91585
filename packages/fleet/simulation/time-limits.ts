/** TimeLimits: by when each agent of a scenario must have sent its last exchange. */
import { timing } from "@nightjar/core/plan/timing.ts";
import { plannedEndNs } from "@nightjar/core/schedule/due-count.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { WAIT } from "../limits.ts";
import type { Weather } from "../memory/weather.ts";
import { S } from "./fleet-stage.ts";
import type { FleetReport, Part, RunReport } from "./fleet-world.ts";
import type { Fault } from "./scenario.ts";
import type { StreamBooks } from "./stream-books.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** For what must be asked again, where messages are lost. */
const AGAIN_NS = 2 * S;

/** On the true clock. */
export function trueNs(report: FleetReport, { agent }: Part, shownNs: number): number {
  const { shiftNs, driftPpm } = report.scenario.agents[agent].drift;
  return (shownNs - shiftNs) / (1 + driftPpm / 1e6);
}

/** When the part sent its last exchange, on the true clock; −∞: none. */
export function lastSentNs(report: FleetReport, part: Part): number {
  const { t0Ns, run } = part;
  if (t0Ns === undefined) return -NEVER;
  const sent = run.life.exchanges.map(({ sentNs }) => sentNs).filter(Number.isFinite);
  return sent.length === 0 ? -NEVER : trueNs(report, part, t0Ns + Math.max(...sent));
}

/** One message from one to the other, at worst. */
function slowestNs(from: Weather, to: Weather): number {
  const overtaken = (weather: Weather) => weather.overtaken?.afterNs.mostNs ?? 0;
  const loss = Object.values({ ...from.loss, ...to.loss }).some((chance) => chance > 0);
  const ways = (from.upNs?.mostNs ?? 0) + (to.downNs?.mostNs ?? 0);
  return ways + overtaken(from) + overtaken(to) + (loss ? AGAIN_NS : 0);
}

/** A limit, and what it follows from. */
export interface Limit {
  readonly because: string;
  readonly ns: number;
}

export function limitsOf(
  report: FleetReport,
  run: RunReport,
  part: Part,
  books: StreamBooks | undefined,
): Limit[] {
  const { scenario, diedNs } = report;
  const own = report.runs[0] === run;
  const { leaseNs, orphanNs, lostAgent } = run.order;
  const wayNs = slowestNs(scenario.coordinator, scenario.agents[part.agent].weather);
  const alone = lostAgent === "degrade" ? orphanNs + leaseNs / 10 : 0;
  const faults = own ? scenario.faults : [];
  const cuts = longCuts(faults, part, leaseNs);
  return [
    { because: "it died", ns: diedNs[part.agent] },
    { because: "its coordinator was killed", ns: run.killedNs + leaseNs + alone + S + wayNs },
    ...cuts.map(({ atNs }) => ({ because: "it was cut off", ns: atNs + leaseNs + S })),
    ...stops(report, run, books)
      .filter(({ ns }) => isQuiet(report, run, part, ns, wayNs))
      .map(({ because, ns }) => ({ because, ns: ns + S + wayNs })),
  ];
}

/** In which the agent had its order, and which outlasted its lease. */
function longCuts(faults: readonly Fault[], part: Part, leaseNs: number): Fault[] {
  const cuts = faults.filter(
    ({ kind, agent }) => agent === part.agent && /^(cut|silence) agent/.test(kind),
  );
  const heals = cuts.map(({ atNs, forNs }) => atNs + forNs);
  return cuts.filter(({ atNs }) => {
    const healedNs = Math.min(...heals.filter((ns) => ns > atNs));
    return part.preparedNs < atNs && healedNs > atNs + leaseNs + 3 * S;
  });
}

/** Of lost answers, and of what is asked again. */
const SLACK_NS = 8 * S;
/** The last question, and the release. */
const CLOSE_NS = 2 * WAIT.answerNs;

/** By when the run must have come to its end, if its coordinator lives. */
export function runLimitsOf(
  report: FleetReport,
  run: RunReport,
  books: StreamBooks | undefined,
): Limit[] {
  if (run.killedNs < NEVER) return [];
  const { plan, leaseNs } = run.order;
  const { drainNs } = timing(plan);
  const t0Ns = books === undefined ? undefined : t0Of(report, books);
  const afterDrainNs = WAIT.farewellNs + drainNs + WAIT.foldNs + CLOSE_NS + SLACK_NS;
  const planned = plannedEndNs(plan, wholeShare(plan.load.connections));
  // Where connections are few, a number of requests takes longer than they take to become due.
  const planNs = plan.load.requests === undefined ? (planned ?? 0) : (planned ?? 0) + 90 * S;
  const begin = WAIT.placeNs + WAIT.clockNs + leaseNs + 25 * S + SLACK_NS;
  const { askedNs, insistedNs } = run;
  const stopNs = t0Ns === undefined ? begin : afterDrainNs;
  return [
    t0Ns === undefined
      ? { because: "it never began", ns: run.beganNs + begin + afterDrainNs }
      : { because: "its plan", ns: t0Ns + planNs + afterDrainNs },
    { because: "Ctrl-C", ns: askedNs + stopNs },
    {
      because: "a third Ctrl-C",
      ns: insistedNs + (t0Ns === undefined ? begin : WAIT.foldNs + CLOSE_NS + S),
    },
  ];
}

/** When the coordinator has told all agents to stop. */
function stops(
  report: FleetReport,
  { askedNs, order }: RunReport,
  books: StreamBooks | undefined,
): Limit[] {
  const t0Ns = books === undefined ? undefined : t0Of(report, books);
  const isFatal = (type: string) =>
    type === "stopped" || (order.lostAgent === "fail" && (type === "lost" || type === "sick"));
  const logged = (books?.logs ?? []).flatMap(({ type, atNs }) =>
    t0Ns !== undefined && isFatal(type) ? [{ because: type, ns: t0Ns + atNs }] : [],
  );
  return [{ because: "Ctrl-C", ns: askedNs }, ...logged];
}

/** Of the coordinator's clock, which is the true one. */
export function t0Of(report: FleetReport, { head }: StreamBooks): number | undefined {
  for (const { spec, clock } of head?.children ?? []) {
    const part = report.parts.find(
      (one) => one.order.runId === head?.runId && one.order.child === spec.id,
    );
    if (part?.t0Ns !== undefined) return part.t0Ns - Math.round(clock.offsetNs);
  }
  return undefined;
}

/** Whether nothing stands between the two when it is told. */
function isQuiet(
  { scenario }: FleetReport,
  run: RunReport,
  { agent }: Part,
  ns: number,
  wayNs: number,
): boolean {
  if (run.killedNs < ns + S + wayNs) return false;
  return !scenario.faults.some((fault) => {
    const isBetween = ["restart broker", "cut coordinator"].includes(fault.kind);
    const isOwn = fault.agent === agent && /^(cut|silence|stall) agent/.test(fault.kind);
    return (
      (isBetween || isOwn) && fault.atNs < ns + S + wayNs && fault.atNs + fault.forNs + 2 * S > ns
    );
  });
}
