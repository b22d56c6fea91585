/** What this process uses itself, interval by interval. */
import type { Usage } from "@nightjar/core/record/snapshot.ts";

export interface UsageMeter {
  start(): void;
  /** Since the last call. */
  take(): Usage;
}

/** CPU (user and system) and memory of the process. */
export function processUsage(): UsageMeter {
  let cpu = process.cpuUsage();
  let wallMs = performance.now();
  let rssBytes = 0;
  return {
    start() {
      cpu = process.cpuUsage();
      wallMs = performance.now();
    },
    take() {
      const used = process.cpuUsage(cpu);
      cpu = process.cpuUsage();
      const nowMs = performance.now();
      const wallNs = Math.round((nowMs - wallMs) * 1e6);
      wallMs = nowMs;
      rssBytes = residentBytes() ?? rssBytes;
      return { cpuNs: (used.user + used.system) * 1000, wallNs, rssBytes };
    },
  };
}

/** To ask takes a file descriptor, and there may be none. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}
