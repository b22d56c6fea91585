/** Waits for a machine that has nothing else to do, before something is timed. Reads /proc/stat. */
import { readFileSync } from "node:fs";

/** Clock ticks of all CPUs together since the boot. */
export interface CpuTicks {
  idle: number;
  total: number;
}

export interface IdleDemand {
  /** Between 0 and 1. */
  idleShareMin: number;
  forMs: number;
  limitMs: number;
}

export const IDLE_DEMAND: IdleDemand = { idleShareMin: 0.8, forMs: 2_000, limitMs: 60_000 };

const SAMPLE_MS = 250;

/**
 * Returns once the machine was idle for `forMs` together, or after `limitMs`.
 * The answer is the best idle share seen over `forMs`; under `idleShareMin` if the limit was met.
 */
export async function awaitIdleMachine(
  demand: IdleDemand = IDLE_DEMAND,
  readTicks: () => CpuTicks = readCpuTicks,
  sleep: (ms: number) => Promise<void> = Bun.sleep,
): Promise<number> {
  const windowSamples = Math.ceil(demand.forMs / SAMPLE_MS);
  const samples = [readTicks()];
  let idleShareMax = 0;
  for (let waitedMs = 0; waitedMs < demand.limitMs; waitedMs += SAMPLE_MS) {
    await sleep(SAMPLE_MS);
    samples.push(readTicks());
    if (samples.length <= windowSamples) continue;
    idleShareMax = Math.max(idleShareMax, idleShare(samples.shift()!, samples.at(-1)!));
    if (idleShareMax >= demand.idleShareMin) break;
  }
  return idleShareMax;
}

/** Between 0 and 1; 0 when no tick passed. */
export function idleShare(before: CpuTicks, after: CpuTicks): number {
  const total = after.total - before.total;
  return total > 0 ? (after.idle - before.idle) / total : 0;
}

export function readCpuTicks(): CpuTicks {
  return parseCpuTicks(readFileSync("/proc/stat", "utf8"));
}

/** `proc_stat(5)`: user nice system idle iowait irq softirq steal; guest time is part of user. */
export function parseCpuTicks(procStat: string): CpuTicks {
  const ticks = procStat.split("\n", 1)[0].trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle, ioWait = 0] = ticks;
  return { idle: idle + ioWait, total: ticks.reduce((sum, each) => sum + each, 0) };
}
