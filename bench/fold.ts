/**
 * What it costs to fold a run of many agents: CPU time for each second of the run, decoding
 * included, memory, and the bytes of a snapshot on the wire. Each case has a process of its own.
 * Other work on the machine takes nothing of this CPU time but makes it dearer (caches, shared
 * cores), so that it is measured on any machine.
 */
import { join } from "node:path";
import { runChild } from "./child.ts";
import { show } from "./claim.ts";
import type { Bench, Context, Findings } from "./context.ts";
import type { FoldCase, FoldRun } from "./fold-run.ts";
import { medianInterval } from "./median-interval.ts";

const SCRIPT = join(import.meta.dir, "fold-run.ts");
const ROUNDS = 3;
const SECONDS = 60;
const LONG_SECONDS = 600;
const SECONDS_IN_QUICK = 4;
const LIMIT_MS = 10 * 60_000;
const MEGABYTE = 1e6;

/** 2,000 exchanges a second and agent, over five targets. */
const LOAD = { targets: 5, perTarget: 400, turns: 2000 };
/** 2,000 with each of them. */
const HEAVY = { ...LOAD, perTarget: 2000 };

type Case = Omit<FoldCase, "seconds"> & { readonly seconds?: number };

const CASES: readonly Case[] = [
  { agents: 10, load: LOAD, frames: "packed" },
  { agents: 10, load: LOAD, frames: "raw" },
  { agents: 100, load: LOAD, frames: "packed" },
  { agents: 100, load: LOAD, frames: "raw" },
  { agents: 1000, load: LOAD, frames: "raw" },
];
/** What is promised. */
const JUDGED: Case = { agents: 1000, load: LOAD, frames: "packed" };
const JUDGED_HEAVY: Case = { agents: 1000, load: HEAVY, frames: "packed" };
const LONG: Case = { ...JUDGED, seconds: LONG_SECONDS };

interface Measured {
  readonly of: FoldCase;
  readonly runs: readonly FoldRun[];
}

async function once(of: FoldCase, { signal }: Context): Promise<FoldRun> {
  const command = [process.execPath, SCRIPT, JSON.stringify(of)];
  const { code, out, err } = await runChild(command, { limitMs: LIMIT_MS, signal });
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}\n${err}`);
  process.stderr.write(".");
  return JSON.parse(out) as FoldRun;
}

async function measured(one: Case, rounds: number, context: Context): Promise<Measured> {
  const seconds = context.quick ? SECONDS_IN_QUICK : (one.seconds ?? SECONDS);
  const of = { ...one, seconds };
  const runs: FoldRun[] = [];
  while (runs.length < (context.quick ? 1 : rounds)) runs.push(await once(of, context));
  return { of, runs };
}

const ofCpu = ({ runs }: Measured) => medianInterval(runs.map(({ cpuS }) => cpuS));
const ofMemory = ({ runs }: Measured) => medianInterval(runs.map((run) => run.rssBytes / MEGABYTE));

async function measureCases(context: Context): Promise<Findings> {
  const all: Measured[] = [];
  for (const one of CASES) all.push(await measured(one, 1, context));
  const judged = await measured(JUDGED, ROUNDS, context);
  const heavy = await measured(JUDGED_HEAVY, ROUNDS, context);
  const long = await measured(LONG, 1, context);
  all.push(judged, heavy, long);
  const values = {
    ...{ cpu: ofCpu(judged), "cpu/heavy": ofCpu(heavy) },
    rss: ofMemory(long),
  };
  return { lines: table(all), values, data: all };
}

function table(all: readonly Measured[]): string[] {
  const heads = [
    ...["agents", "exchanges/s of each", "seconds", "frames", "bytes a snapshot"],
    ...["CPU s for a second", "most memory, MB", "runs"],
  ];
  const rows = all.map((one) => {
    const { agents, load, seconds, frames } = one.of;
    const bytes = one.runs[0].snapshotBytes;
    return [
      ...[agents, load.targets * load.perTarget, seconds, frames, bytes],
      ...[spread(one, ofCpu, 3), spread(one, ofMemory, 0), one.runs.length],
    ];
  });
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function spread(one: Measured, value: typeof ofCpu, digits: number): string {
  const interval = value(one);
  return one.runs.length > 1 ? show(interval, digits) : interval.median.toFixed(digits);
}

const WHAT = "of 1,000 agents, 2,000/s each over 5 targets";

export const fold: Bench = {
  name: "fold",
  title: "decoding and folding the snapshots of many agents",
  parts: [],
  onAnyMachine: true,
  claims: [
    {
      kind: "must",
      value: "cpu",
      says: `fold ${WHAT}: CPU ≤ 0.3 s for a second of the run`,
      limit: { atMost: 0.3 },
      digits: 3,
    },
    {
      kind: "must",
      value: "cpu/heavy",
      says: "fold of 1,000 agents, 2,000/s each with each of 5 targets: CPU ≤ 0.3 s for a second",
      limit: { atMost: 0.3 },
      digits: 3,
    },
    {
      kind: "must",
      value: "rss",
      says: `fold ${WHAT}: memory ≤ 500 MB in ten minutes of run`,
      limit: { atMost: 500 },
      digits: 0,
    },
    {
      kind: "aim",
      value: "cpu",
      says: `fold ${WHAT}: CPU ≤ 0.1 s for a second of the run`,
      limit: { atMost: 0.1 },
      digits: 3,
    },
  ],
  run: measureCases,
};
