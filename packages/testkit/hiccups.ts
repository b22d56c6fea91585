/** Starts the hiccup meter on every CPU that we may use, and collects what it sees. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type RunningProcess, startProcess } from "./processes.ts";

/** A time during which a process that wanted to run did not. Nanoseconds of CLOCK_MONOTONIC. */
export interface Hiccup {
  /** The CPU that the meter is pinned to; undefined where processes cannot be pinned. */
  cpu?: number;
  startNs: number;
  endNs: number;
}

export interface HiccupWatch {
  /** Those seen until now; one that is under way shows when it is over. */
  seen(): readonly Hiccup[];
  /** Waits for what is under way, ends the meters, returns all. */
  stop(): Promise<readonly Hiccup[]>;
}

/** A meter whose test forgot it ends by itself. */
const LIFETIME_MS = 30 * 60_000;

/**
 * @param thresholdMs shorter gaps are not recorded
 * @param onMeter is told the pid of each meter
 */
export async function watchHiccups(
  thresholdMs = 1,
  onMeter?: (pid: number) => void,
): Promise<HiccupWatch> {
  const hiccups: Hiccup[] = [];
  const meters = await Promise.all(meterCpus().map((cpu) => startMeter(cpu, thresholdMs, hiccups)));
  for (const { pid } of meters) onMeter?.(pid);
  return {
    seen: () => hiccups,
    stop: async () => {
      await Promise.all(meters.map((meter) => meter.stop()));
      return hiccups;
    },
  };
}

function startMeter(
  cpu: number | undefined,
  thresholdMs: number,
  hiccups: Hiccup[],
): Promise<RunningProcess> {
  const file = join(import.meta.dir, "hiccup-meter.ts");
  return startProcess({
    name: "the hiccup meter",
    command: [process.execPath, file, String(thresholdMs), String(LIFETIME_MS)],
    cpu,
    ready: { line: /^ready$/ },
    onLine: (line) => {
      const hiccup = parseHiccup(line, cpu);
      if (hiccup) hiccups.push(hiccup);
    },
  });
}

export function parseHiccup(line: string, cpu?: number): Hiccup | undefined {
  const [, startNs, endNs] = /^hiccup (\d+) (\d+)$/.exec(line) ?? [];
  return startNs === undefined
    ? undefined
    : { cpu, startNs: Number(startNs), endNs: Number(endNs) };
}

/** The hiccups of at least `harmfulMs` that touch the window. */
export function harmfulHiccups(
  hiccups: readonly Hiccup[],
  harmfulMs: number,
  window: { startNs: number; endNs: number },
): Hiccup[] {
  return hiccups.filter(
    ({ startNs, endNs }) =>
      endNs - startNs >= harmfulMs * 1e6 && endNs > window.startNs && startNs < window.endNs,
  );
}

function meterCpus(): (number | undefined)[] {
  if (!Bun.which("taskset")) return [undefined];
  try {
    const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return allowed ? parseCpuList(allowed[1]) : [undefined];
  } catch {
    return Array.from({ length: availableParallelism() }, (_, cpu) => cpu);
  }
}

/** "0-2,5" is CPUs 0, 1, 2 and 5. */
export function parseCpuList(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });
}
