/**
 * A worker that says how much it holds: `bun counting-worker.ts FILE`. On SIGUSR2 it collects its
 * garbage and appends a line of JSON to FILE: objects alive, bytes of heap, bytes of memory.
 */
import { heapStats } from "bun:jsc";
import { appendFileSync } from "node:fs";
import { runWorker } from "@nightjar/engine/worker.ts";

const file = process.argv[2];

process.on("SIGUSR2", () => {
  Bun.gc(true);
  const { objectCount, heapSize } = heapStats();
  const rssBytes = process.memoryUsage.rss();
  appendFileSync(file, `${JSON.stringify({ objectCount, heapSize, rssBytes })}\n`);
});

await runWorker({ spin: false });
