/** A control group with a quota of CPU, made for a test and removed after it; either version. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PERIOD_US = 100_000;

export interface QuotaGroup {
  /** The command, which `exec` puts into the group. */
  inside(command: readonly string[]): string[];
  /** Everything in it must have ended. */
  remove(): void;
}

/** Where groups with a quota may be made: version 1, or version 2 where CPU is handed down. */
const ROOTS = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"];

/** `undefined` where this machine does not let us make one. */
export function makeQuotaGroup(cores: number): QuotaGroup | undefined {
  for (const root of ROOTS) {
    const folder = join(root, `nightjar-test-${process.pid}`);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    if (setQuota(folder, cores)) return groupAt(folder);
    rmdirSync(folder);
  }
  return undefined;
}

function setQuota(folder: string, cores: number): boolean {
  const quotaUs = Math.round(cores * PERIOD_US);
  const [v1, v2] = ["cpu.cfs_quota_us", "cpu.max"].map((name) => join(folder, name));
  try {
    if (existsSync(v1)) writeFileSync(v1, `${quotaUs}`);
    else if (existsSync(v2)) writeFileSync(v2, `${quotaUs} ${PERIOD_US}`);
    else return false;
    return true;
  } catch {
    return false;
  }
}

function groupAt(folder: string): QuotaGroup {
  const enter = `echo $$ > "${join(folder, "cgroup.procs")}" && exec "$@"`;
  return {
    inside: (command) => ["sh", "-c", enter, "sh", ...command],
    remove: () => rmdirSync(folder),
  };
}
