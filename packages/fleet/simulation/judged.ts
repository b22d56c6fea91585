/** Judged: a report, held to all invariants. */
import type { FleetReport } from "./fleet-world.ts";
import {
  accounted,
  calmIsWhole,
  clocksTrue,
  endedAll,
  endedInTime,
  foldedAlike,
  missing,
  sentOnce,
  stoppedInTime,
} from "./invariants.ts";
import { readBooks } from "./stream-books.ts";

const CHECKS = [
  ...[accounted, missing, foldedAlike, stoppedInTime],
  ...[endedInTime, clocksTrue, calmIsWhole],
];

/** What does not hold, in words; empty: all does. */
export async function findingsIn(report: FleetReport): Promise<string[]> {
  const found = [...sentOnce(report), ...endedAll(report)];
  for (const run of report.runs) {
    const books = await readBooks(report.stage.broker.connect(), run.order.runId);
    const judged = { report, run, books };
    for (const check of CHECKS) {
      found.push(...check(judged).map((fault) => `${run.order.runId}: ${fault}`));
    }
  }
  return found;
}
