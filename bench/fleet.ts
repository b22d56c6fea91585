/**
 * What a run over a fleet costs by a real broker: a coordinator, nats-server on file storage and
 * all agents share this machine. Each agent is a real one with a connection of its own, and has one
 * synthetic snapshot a second, all at the same instant; load is not sent. Cases grow until the
 * machine does not keep up.
 */

import type { Bench, Context, Findings } from "./context.ts";
import { type FleetMeasured, measureFleet } from "./fleet-run.ts";
import { medianInterval } from "./median-interval.ts";
import type { SyntheticLoad } from "./synthetic-snapshots.ts";

/** 2,000 exchanges a second and agent, over five targets. */
const LOAD: SyntheticLoad = { targets: 5, perTarget: 400, turns: 2000 };
const AGENTS = [1, 10, 100, 300, 1000];
/** Beyond what is promised. */
const MORE = [1500, 2000, 3000, 4000, 6000];
const AGENTS_IN_QUICK = [1, 30];
const WINDOW_S = 20;
const WINDOW_IN_QUICK_S = 2;
/** Whose snapshots are folded before the next ones come keeps up. */
const LATE_MS = 1000;
const JUDGED = 1000;
/** What few agents cost is mostly what the processes cost. */
const LEAST_EXTRAPOLATED = 300;
const MEGABYTE = 1e6;

interface Failed {
  readonly agents: number;
  readonly why: string;
}

type Outcome = FleetMeasured | Failed;

function isFailed(one: Outcome): one is Failed {
  return "why" in one;
}

async function once(agents: number, { quick, signal }: Context): Promise<Outcome> {
  const windowS = quick ? WINDOW_IN_QUICK_S : WINDOW_S;
  try {
    return await measureFleet({ agents, load: LOAD, windowS }, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { agents, why: error instanceof Error ? error.message : String(error) };
  } finally {
    process.stderr.write(".");
  }
}

function keepsUp(one: Outcome): boolean {
  return !isFailed(one) && lostOf(one) === 0 && one.outcome.delayMs.p99 <= LATE_MS;
}

/** Snapshots, or exchanges in them, that are missing at the end, or there twice. */
function lostOf(one: Outcome): number {
  if (isFailed(one)) return one.agents;
  const { of, seconds, outcome } = one;
  const { agents, load } = of;
  const { snapshots, repeated, completed, unknown } = outcome;
  const expected = agents * Math.floor(seconds);
  const exchanges = expected * load.targets * load.perTarget;
  return Math.abs(snapshots - expected) + repeated + Math.abs(completed - exchanges) + unknown;
}

async function measureCases(context: Context): Promise<Findings> {
  const all: Outcome[] = [];
  for (const agents of context.quick ? AGENTS_IN_QUICK : AGENTS) {
    all.push(await once(agents, context));
  }
  const promised = [...all];
  for (const agents of context.quick ? [] : MORE) {
    if (!keepsUp(all[all.length - 1])) break;
    all.push(await once(agents, context));
  }
  const measured = all.flatMap((one) => (isFailed(one) ? [] : [one]));
  const judged = measured.find(({ of }) => of.agents === JUDGED);
  return {
    lines: [...table(measured), ...all.flatMap(failure), ...extrapolation(measured)],
    values: {
      lost: medianInterval([promised.reduce((sum, one) => sum + lostOf(one), 0)]),
      ...(judged ? { cpu: medianInterval([judged.cores.coordinator]) } : {}),
    },
    data: all,
  };
}

const HEADS = [
  ...["agents", "ready after, s", "coordinator, cores", "nats-server, cores", "agents, cores"],
  ...["other work, cores", "to the broker, MB/s", "from it, MB/s", "delay p50, ms", "p99, ms"],
  ...["T0 wrong by, ms", "coordinator, MB", "snapshots", "lost"],
];

function table(all: readonly FleetMeasured[]): string[] {
  const rows = all.map((one) => {
    const { cores, outcome, inBytesPerS, outBytesPerS } = one;
    const used = [cores.coordinator, cores.broker, cores.agents].map((each) => each.toFixed(3));
    const rates = [inBytesPerS, outBytesPerS].map((each) => (each / MEGABYTE).toFixed(2));
    const { p50, p99 } = outcome.delayMs;
    const { worstError, worstBound } = outcome.clockMs;
    return [
      ...[one.of.agents, (outcome.readyMs / 1000).toFixed(2), ...used, cores.others.toFixed(2)],
      ...[...rates, p50.toFixed(0), p99.toFixed(0)],
      `${worstError.toFixed(2)} (≤ ${worstBound.toFixed(2)})`,
      ...[(outcome.rssBytes / MEGABYTE).toFixed(0), outcome.snapshots],
      outcome.cutShort === null ? lostOf(one) : "cut short",
    ];
  });
  return [HEADS, HEADS.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function failure(one: Outcome): string[] {
  if (isFailed(one)) return [`${one.agents} agents: no run: ${firstLine(one.why)}`];
  const { cutShort } = one.outcome;
  return cutShort === null ? [] : [`${one.of.agents} agents: cut short: ${cutShort}`];
}

function firstLine(text: string): string {
  return /NightjarError: .+/.exec(text)?.[0] ?? text.split("\n", 1)[0];
}

/** What is said beyond what was measured, and on what it rests. */
function extrapolation(all: readonly FleetMeasured[]): string[] {
  const most = all.findLast(keepsUp);
  if (!most) return ["this machine keeps up with none of them"];
  const { of, cores } = most;
  const lines = [
    `the most that kept up here, p99 of the delay within ${LATE_MS} ms: ${of.agents} agents`,
  ];
  if (of.agents < LEAST_EXTRAPOLATED) return lines;
  const forThousand = (used: number) => ((used / of.agents) * 1000).toFixed(2);
  const mostAgents = Math.floor(of.agents / cores.coordinator / 100) * 100;
  return [
    ...lines,
    `extrapolated from them: ${forThousand(cores.coordinator)} cores of the coordinator and ` +
      `${forThousand(cores.broker)} of nats-server for each 1,000 agents; were it to go on so ` +
      `beyond ${of.agents}, which is an assumption, a coordinator, which has one thread, would ` +
      `fill a core of its own at about ${mostAgents} agents`,
  ];
}

export const fleet: Bench = {
  name: "fleet",
  title: "runs over many agents by a real broker",
  parts: ["nats-server"],
  onAnyMachine: true,
  claims: [
    {
      kind: "must",
      value: "lost",
      says: "runs over fleets by NATS: no snapshot is missing, and none is counted twice",
      limit: { atMost: 0 },
      digits: 0,
    },
    {
      kind: "aim",
      value: "cpu",
      says: "coordinator of 1,000 agents by NATS, with all that it does: CPU ≤ 0.3 s for a second",
      limit: { atMost: 0.3 },
      digits: 3,
    },
  ],
  run: measureCases,
};
