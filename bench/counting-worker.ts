/**
 * A worker that says how much it holds: `bun counting-worker.ts FILE`. On SIGUSR2 it collects its
 * garbage and appends a line of JSON to FILE: objects alive, bytes of heap, bytes of memory. The
 * memory is the least of some readings: what the allocator gives back late is not held.
 */
import { heapStats } from "bun:jsc";
import { appendFileSync } from "node:fs";
import { runWorker } from "@nightjar/engine/worker.ts";

const READINGS = 3;
const PAUSE_MS = 200;
const file = process.argv[2];

async function say(): Promise<void> {
  let rssBytes = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < READINGS; reading++) {
    if (reading > 0) await Bun.sleep(PAUSE_MS);
    Bun.gc(true);
    rssBytes = Math.min(rssBytes, process.memoryUsage.rss());
  }
  const { objectCount, heapSize } = heapStats();
  appendFileSync(file, `${JSON.stringify({ objectCount, heapSize, rssBytes })}\n`);
}

process.on("SIGUSR2", () => void say());

await runWorker({ spin: false });
