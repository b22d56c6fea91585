/**
 * A worker is killed by `kill -9`: the others' data is kept, and what is unknown is said exactly.
 */
import { expect, test } from "bun:test";
import { schedule } from "@nightjar/core/schedule/schedule.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER, withOrigin } from "./judging.ts";

const KILL_AT_MS = 2500;

test(
  "the missing exchanges are those that the Result calls unknown",
  () =>
    withOrigin([], async ({ url }) => {
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
          at: [{ ms: KILL_AT_MS, act: ({ pids }) => process.kill(pids[1], "SIGKILL") }],
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
      expect(missing.filter((i) => !unknown.has(i))).toEqual([]);

      // What is unknown and yet arrived was due between the worker's last interval and its death.
      const dueMs = (i: number) => (i / 300) * 1000;
      const between = [...unknown].filter((i) => arrived.has(i));
      for (const i of between) expect(dueMs(i)).toBeLessThan(KILL_AT_MS + 500);
      expect(Math.min(...missing.map(dueMs))).toBeGreaterThanOrEqual(KILL_AT_MS - 100);

      expect(result.verdict.outcome).toBe("inconclusive");
      expect(result.accounting.intervalsReceived).toBeLessThan(result.accounting.intervalsExpected);
      const others = result.children.filter(({ id }) => id !== "1");
      expect(others.every(({ end }) => end.outcome === "done")).toBe(true);
    }),
  30_000,
);
