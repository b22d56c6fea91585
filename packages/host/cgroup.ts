/** What the control group allows and has withheld: cgroup v1 and v2. */
import { readFileSync } from "node:fs";

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

const V2 = "/sys/fs/cgroup";
const V1 = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"];

/**
 * The group's own folders, innermost first: a container sees itself as the root, a service unit
 * does not.
 */
function folders(): { v2: string[]; v1: string[] } {
  const lines = (read("/proc/self/cgroup") ?? "").split("\n");
  const v2: string[] = [];
  const v1: string[] = [];
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === "") v2.push(`${V2}${path}`, `${V2}/unified${path}`);
    else if (controllers.split(",").includes("cpu")) v1.push(...V1.map((root) => `${root}${path}`));
  }
  return { v2: [...v2, V2], v1: [...v1, ...V1] };
}

function quotaV2(folder: string): number | null {
  const [quota, period] = (read(`${folder}/cpu.max`) ?? "max").split(" ");
  return quota === "max" || quota === "" ? null : Number(quota) / Number(period);
}

function quotaV1(folder: string): number | null {
  const quota = Number(read(`${folder}/cpu.cfs_quota_us`) ?? -1);
  const period = Number(read(`${folder}/cpu.cfs_period_us`) ?? 0);
  return quota > 0 && period > 0 ? quota / period : null;
}

/** The tightest quota in cores, or `null` without one. */
export function cpuQuotaCores(): number | null {
  const { v2, v1 } = folders();
  const quotas = [...v2.map(quotaV2), ...v1.map(quotaV1)].filter((quota) => quota !== null);
  return quotas.length === 0 ? null : Math.min(...quotas);
}

export interface Throttling {
  readonly periods: number;
  readonly ms: number;
}

/** Since the group was made; `null` where nobody counts. */
export function throttling(): Throttling | null {
  const { v2, v1 } = folders();
  for (const folder of [...v2, ...v1]) {
    const text = read(`${folder}/cpu.stat`);
    if (text === null) continue;
    const fields = new Map(text.split("\n").map((line) => line.split(" ") as [string, string]));
    const periods = fields.get("nr_throttled");
    if (periods === undefined) continue;
    const us = fields.get("throttled_usec");
    const ns = fields.get("throttled_time");
    return {
      periods: Number(periods),
      ms: us !== undefined ? Number(us) / 1e3 : Number(ns ?? 0) / 1e6,
    };
  }
  return null;
}
