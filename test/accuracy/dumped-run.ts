/** A run whose workers write down every stamp of every answered exchange. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type FinishedRun, runPlan, type WorkerOptions } from "@nightjar/testkit/runs.ts";

/** CLOCK_MONOTONIC, ns. */
export interface DumpedExchange {
  readonly i: number;
  readonly dueNs: number;
  readonly sentNs: number;
  readonly doneNs: number;
  /** As recorded. */
  readonly responseNs: number;
}

const WORKER = new URL("./dumping-worker.ts", import.meta.url).pathname;
const ROW = 5;

/** Of each worker. */
export function readDumps(folder: string): DumpedExchange[][] {
  return readdirSync(folder).map((name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const values = new Float64Array(bytes.buffer);
    return Array.from({ length: values.length / ROW }, (_, row) => {
      const [i, dueNs, sentNs, doneNs, responseNs] = values.subarray(row * ROW);
      return { i, dueNs, sentNs, doneNs, responseNs };
    });
  });
}

export async function runDumped(
  document: PlanDocument,
  options: WorkerOptions = {},
): Promise<{ run: FinishedRun; exchanges: DumpedExchange[] }> {
  const folder = mkdtempSync(join(tmpdir(), "nightjar-dump-"));
  const command = (_index: number, idle: string) => [process.execPath, WORKER, folder, idle];
  try {
    const run = await runPlan(document, { ...options, command });
    return { run, exchanges: readDumps(folder).flat() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
