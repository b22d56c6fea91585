/**
 * A worker is killed by `kill -9`: the others' data is kept, and what is unknown is said exactly.
 */
import { expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { type RunContext, runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER, withOrigin } from "./judging.ts";

const KILL_AT_MS = 2500;

const msOf = (max: Result["latencyMs"][string]["max"]) =>
  typeof max === "object" ? (max?.atLeast ?? 0) : max;

test(
  "the missing exchanges are those that the Result calls unknown",
  () =>
    withOrigin([], async ({ url }) => {
      let killedNs = 0;
      const kill = ({ pids }: RunContext) => {
        process.kill(pids[1], "SIGKILL");
        killedNs = monotonicNs();
      };
      const run = await runPlan(
        {
          name: "worker lost",
          targets: [{ url }],
          load: { rate: 300, connections: 9 },
          duration: "5s",
          numberHeader: NUMBER_HEADER,
        },
        {
          workers: 3,
          at: [{ ms: KILL_AT_MS, act: kill }],
        },
      );
      const { result, plan } = run;
      const lost = result.children.find(({ end }) => end.outcome === "lost");
      expect(lost?.id).toBe("1");
      expect(lost?.end.reason).toContain("SIGKILL");

      const unknownFromNs = (lost?.unknownFromS ?? Number.NaN) * 1e9;
      const unknown = new Set<number>();
      for (const cursor = schedule(plan, lost!.share); cursor.i >= 0; cursor.advance()) {
        if (cursor.dueNs >= unknownFromNs) unknown.add(cursor.i);
      }
      expect(result.accounting.unknown).toBe(unknown.size);

      const arrived = new Set((await readOriginLog(url)).map((row) => row.number));
      const missing: number[] = [];
      for (let i = 0; i < result.accounting.due; i++) if (!arrived.has(i)) missing.push(i);
      // On a starved machine some of the others' still wait when the plan is over.
      const { unsent } = result.accounting;
      expect(missing.filter((i) => !unknown.has(i))).toHaveLength(unsent);

      // What is unknown and yet arrived was due between the worker's last interval and its death.
      const dueMs = (i: number) => (i / 300) * 1000;
      const killedMs = (killedNs - run.t0Ns) / 1e6;
      const between = [...unknown].filter((i) => arrived.has(i));
      for (const i of between) expect(dueMs(i)).toBeLessThan(killedMs);
      // It was as late as the others were at most.
      const { wait, lag } = result.latencyMs;
      const lateMs = 100 + msOf(wait.max) + msOf(lag.max);
      expect(Math.min(...missing.map(dueMs))).toBeGreaterThanOrEqual(killedMs - lateMs);

      expect(result.verdict.outcome).toBe("inconclusive");
      expect(result.accounting.intervalsReceived).toBeLessThan(result.accounting.intervalsExpected);
      const others = result.children.filter(({ id }) => id !== "1");
      expect(others.every(({ end }) => end.outcome === "done")).toBe(true);
    }),
  120_000,
);
