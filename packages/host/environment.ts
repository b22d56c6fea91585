/** Fingerprint of the machine that a run was made on, and what the machine withheld during it. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, hostname, platform, release, totalmem } from "node:os";
import type { Environment } from "@nightjar/core/result/result.ts";
import { cpuQuotaCores, watchThrottling } from "./cgroup.ts";
import { watchSuspension } from "./suspension.ts";

interface CpuTicks {
  readonly steal: number;
  readonly total: number;
}

const STEAL_FIELD = 7;

/** `null` outside Linux. */
function cpuTicks(): CpuTicks | null {
  try {
    const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0];
    const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
    return {
      steal: fields[STEAL_FIELD] ?? 0,
      total: fields.reduce((sum, field) => sum + field, 0),
    };
  } catch {
    return null;
  }
}

/**
 * Call before the run; the returned function gives the environment with steal, throttling and
 * suspension since then.
 */
export function watchEnvironment(): () => Environment {
  const ticksBefore = cpuTicks();
  const throttled = watchThrottling();
  const suspended = watchSuspension();
  return () => ({
    host: hostname(),
    os: platform(),
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    cpuQuota: cpuQuotaCores(),
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    bun: Bun.version,
    stealPercent: stealSince(ticksBefore),
    throttled: throttled(),
    suspendedMs: suspended(),
  });
}

function stealSince(before: CpuTicks | null): number | null {
  const after = cpuTicks();
  if (!before || !after || after.total === before.total) return null;
  const share = (after.steal - before.steal) / (after.total - before.total);
  return Math.round(share * 1000) / 10;
}
