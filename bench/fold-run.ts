/**
 * The fold of a run of many agents, in a process of its own: `bun fold-run.ts CASE`, which is JSON.
 * Each second of the run brings a snapshot of each agent, as bytes; they are decoded and folded as
 * they come, as fast as it goes. Prints a line of JSON.
 */
import { decodeFrame, encodeFrame, encodePacked } from "@nightjar/core/run/codec.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import { splitShare, wholeShare } from "@nightjar/core/schedule/share.ts";
import { planOf } from "@nightjar/core/simulation/plans.ts";
import { StampedSnapshot, type SyntheticLoad, syntheticSnapshot } from "./synthetic-snapshots.ts";

export interface FoldCase {
  readonly agents: number;
  readonly seconds: number;
  readonly load: SyntheticLoad;
  readonly frames: "packed" | "raw";
}

export interface FoldRun {
  /** User and system time of the process for a second of the run, s: the mean of all. */
  readonly cpuS: number;
  /** The most after any second. */
  readonly rssBytes: number;
  readonly snapshotBytes: number;
}

/** Contents to choose from: more would only take longer to make. */
const CONTENTS = 100;

function agentsOf({ agents, load, frames }: FoldCase): StampedSnapshot[] {
  const encode = frames === "packed" ? encodePacked : encodeFrame;
  const contents = Array.from({ length: Math.min(agents, CONTENTS) }, (_, seed) =>
    syntheticSnapshot(load, seed, ""),
  );
  return Array.from({ length: agents }, (_, at) => {
    const child = String(at);
    return new StampedSnapshot({ ...contents[at % CONTENTS], child }, encode);
  });
}

function foldOf({ agents, seconds, load }: FoldCase): RunFold {
  const rate = agents * load.targets * load.perTarget;
  const targets = Array.from({ length: load.targets }, (_, at) => ({
    url: `http://target-${at}.invalid/`,
  }));
  const plan = planOf({ rate, connections: agents }, { duration: `${seconds}s`, targets });
  const shares = splitShare(wholeShare(agents), Array<number>(agents).fill(1));
  return new RunFold(
    plan,
    shares.map((share, at) => ({ id: String(at), share })),
  );
}

function endOf(child: string, seconds: number): RunEvent {
  const untilNs = seconds * 1e9;
  const word = { outcome: "done", reason: "", intervals: seconds, untilNs } as const;
  return { type: "ended", child, incarnation: 0, ...word };
}

async function measure(one: FoldCase): Promise<FoldRun> {
  const agents = agentsOf(one);
  const fold = foldOf(one);
  const before = process.cpuUsage();
  let rssBytes = 0;
  for (let second = 0; second < one.seconds; second++) {
    for (const agent of agents)
      fold.apply((decodeFrame(agent.of(second)) as { event: RunEvent }).event);
    rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
    // As where messages come from a network: between them there are turns of the event loop.
    await Bun.sleep(0);
  }
  for (const at of agents.keys()) fold.apply(endOf(String(at), one.seconds));
  const { ok, unknown } = fold.finish().totals.phases.measured.counts;
  const { user, system } = process.cpuUsage(before);
  const expected = one.agents * one.seconds * one.load.targets * one.load.perTarget;
  if (ok !== expected || unknown !== 0) throw new Error(`${ok} of ${expected}, ${unknown} unknown`);
  const snapshotBytes = agents[0].of(0).length;
  return { cpuS: (user + system) / 1e6 / one.seconds, rssBytes, snapshotBytes };
}

if (import.meta.main) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
