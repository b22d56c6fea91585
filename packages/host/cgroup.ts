/**
 * What the control groups of this process allow and have withheld: cgroup v1, v2 and both at once.
 *
 *     /proc/self/mountinfo   where a hierarchy that knows CPU is mounted, and which part of it
 *     /proc/self/cgroup      this process's place in the hierarchy
 *          └─▶ the group's folder and all those above it, up to the mount
 *
 * Each group may have a quota, and the one that stops us may be any of them: the tightest counts.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";

interface Mount {
  /** The folder. */
  readonly at: string;
  /** What of the hierarchy is shown there: a container may see a part of it alone. */
  readonly root: string;
  readonly version: 1 | 2;
}

interface Group {
  readonly folder: string;
  readonly version: 1 | 2;
}

const DEFAULT_PERIOD_US = 100_000;

/** `machine` is the root of the file system. */
function read(machine: string, path: string): string | null {
  try {
    return readFileSync(join(machine, path), "utf8").trim();
  } catch {
    return null;
  }
}

/** Blanks and the like are octal in mountinfo (`\040`). */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** `36 35 0:30 ROOT MOUNTPOINT options … - cgroup cgroup rw,cpu,cpuacct` (proc(5)) */
function mountOf(line: string): Mount | undefined {
  const [before, after] = line.split(" - ");
  const [, , , root, at] = before.split(" ");
  const [kind, , options] = (after ?? "").split(" ");
  const found = { at: unescaped(at ?? ""), root: unescaped(root ?? "") };
  if (kind === "cgroup2") return { ...found, version: 2 };
  if (kind === "cgroup" && options?.split(",").includes("cpu")) return { ...found, version: 1 };
  return undefined;
}

/** `4:cpu,cpuacct:/path`, and `0::/path` in v2 (cgroups(7)). */
function placesOf(text: string): Partial<Record<1 | 2, string>> {
  const places: Partial<Record<1 | 2, string>> = {};
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === "") places[2] = path;
    else if (controllers.split(",").includes("cpu")) places[1] = path;
  }
  return places;
}

/** From the process's own folder up to the mount; a place outside of what is mounted has none. */
function foldersOf({ at, root }: Mount, place: string): string[] {
  const within = relativeTo(root, place);
  const folders = [at];
  for (let path = within; path !== "/" && path !== ""; path = dirname(path))
    folders.push(join(at, path));
  return folders;
}

function relativeTo(root: string, place: string): string {
  if (root === "/") return place.split("/").includes("..") ? "/" : place;
  return place.startsWith(`${root}/`) ? place.slice(root.length) : "/";
}

function groupsOf(machine: string): Group[] {
  const places = placesOf(read(machine, "/proc/self/cgroup") ?? "");
  const lines = (read(machine, "/proc/self/mountinfo") ?? "").split("\n");
  return lines.flatMap((line) => {
    const mount = mountOf(line);
    const place = mount && places[mount.version];
    if (mount === undefined || place === undefined) return [];
    const { version } = mount;
    return foldersOf(mount, place).map((folder) => ({ folder, version }));
  });
}

/** Cores, or `null` without a quota. */
function quotaOf(machine: string, { folder, version }: Group): number | null {
  const [quota, period] =
    version === 2
      ? (read(machine, `${folder}/cpu.max`) ?? "max").split(/\s+/)
      : [read(machine, `${folder}/cpu.cfs_quota_us`), read(machine, `${folder}/cpu.cfs_period_us`)];
  const cores = Number(quota ?? -1) / Number(period ?? DEFAULT_PERIOD_US);
  return Number.isFinite(cores) && cores > 0 ? cores : null;
}

/** The tightest quota in cores, or `null` without one. */
export function cpuQuotaCores(machine = "/"): number | null {
  const quotas = groupsOf(machine).flatMap((group) => quotaOf(machine, group) ?? []);
  return quotas.length === 0 ? null : Math.min(...quotas);
}

export type Throttling = {
  readonly periods: number;
  /** Summed over CPUs. */
  readonly ms: number;
};

/** By folder; since the group was made. Groups that count nothing are not there. */
function throttlings(machine: string): Map<string, Throttling> {
  const counts = new Map<string, Throttling>();
  for (const { folder } of groupsOf(machine)) {
    const text = read(machine, `${folder}/cpu.stat`) ?? "";
    const fields = new Map(text.split("\n").map((line) => line.split(" ") as [string, string]));
    const periods = fields.get("nr_throttled");
    if (periods === undefined) continue;
    const [us, ns] = [fields.get("throttled_usec"), fields.get("throttled_time")];
    const ms = us === undefined ? Number(ns ?? 0) / 1e6 : Number(us) / 1e3;
    counts.set(folder, { periods: Number(periods), ms });
  }
  return counts;
}

/** The returned function gives the throttling since then; `null` where nobody counts. */
export function watchThrottling(machine = "/"): () => Throttling | null {
  const before = throttlings(machine);
  return () => {
    let worst: Throttling | null = null;
    for (const [folder, after] of throttlings(machine)) {
      const start = before.get(folder);
      if (start === undefined) continue;
      const since = { periods: after.periods - start.periods, ms: after.ms - start.ms };
      if (worst === null || since.ms > worst.ms) worst = since;
    }
    return worst;
  };
}
