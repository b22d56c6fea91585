/**
 * Real runs: the server sees each exchange number exactly once, whatever the number of connections
 * and workers.
 */
import { expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER, withOrigin } from "./judging.ts";

/** 100 + 0 + 200 + 100 exchanges. */
const STAGES = [
  { duration: "400ms", rate: "0..500" },
  { duration: "100ms", rate: 0 },
  { duration: "400ms", rate: 500 },
  { duration: "400ms", rate: "500..0" },
];

type Case = readonly [workers: number, load: NonNullable<PlanDocument["load"]>, duration?: string];

const CASES: readonly Case[] = [
  [1, { requests: 1, connections: 1 }],
  [4, { requests: 200, connections: 64, rate: 2000 }],
  [3, { requests: 199, connections: 2, rate: 1000 }],
  [4, { requests: 157, connections: 7, rate: 1000, arrivals: "poisson" }],
  [2, { requests: 200, connections: 13, model: "closed" }],
  [4, { requests: 3, connections: 64, rate: "max" }],
  [2, { rate: 333, connections: 10 }, "1s"],
  [3, { rate: 250, connections: 10, arrivals: "poisson" }, "2s"],
  [3, { rate: 250, connections: 10, arrivals: "jitter:100%" }, "1s"],
  [3, { rate: 250, connections: 10, arrivals: "burst:25" }, "1s"],
  [2, { stages: STAGES, connections: 10 }],
  [3, { stages: STAGES, connections: 10, arrivals: "poisson" }],
];

const SIDE_BY_SIDE = 3;

async function expectEachOnce(url: string, [workers, load, duration]: Case): Promise<void> {
  await fetch(new URL("/.control/log", url), { method: "DELETE" });
  const what = JSON.stringify({ workers, load, duration });
  const plan = {
    targets: [{ url }],
    load,
    duration,
    numberHeader: NUMBER_HEADER,
    name: what.slice(0, 200),
  };
  const { result } = await runPlan(plan, { workers });
  const numbers = (await readOriginLog(url)).map((row) => row.number).sort((a, b) => a - b);
  const { due, unsent } = result.accounting;
  // On a starved machine some still wait for a connection when the plan's time is over.
  const missing = Array.from({ length: due }, (_, i) => i).filter((i) => !numbers.includes(i));
  const sent = due - unsent;
  expect({ what, missing: missing.length, sent: numbers.length }).toEqual({
    ...{ what, missing: unsent, sent },
  });
  if (load.requests !== undefined) {
    expect({ what, due, unsent }).toEqual({ what, due: load.requests, unsent: 0 });
  }
}

test("each i arrives once", async () => {
  const left = [...CASES];
  const lane = () =>
    withOrigin([], async ({ url }) => {
      for (let one = left.shift(); one !== undefined; one = left.shift())
        await expectEachOnce(url, one);
    });
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  expect(left).toEqual([]);
}, 120_000);

test(
  "rate × duration is the number of exchanges",
  () =>
    withOrigin([], async ({ url }) => {
      const plan = { targets: [{ url }], load: { rate: 333, connections: 10 }, duration: "2s" };
      const { result } = await runPlan({ ...plan, warmup: "1s", name: "count" }, { workers: 2 });
      expect(result.accounting.due).toBe(666);
      expect(result.warmup?.due).toBe(333);
    }),
  120_000,
);
