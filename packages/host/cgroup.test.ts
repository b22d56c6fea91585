/** Quotas and throttling of both versions, from trees as kernels show them; and of this machine. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cpuQuotaCores, watchThrottling } from "./cgroup.ts";

let machine: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "nightjar-cgroup-"));
});
afterEach(() => rmSync(machine, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(machine, dirname(path)), { recursive: true });
    writeFileSync(join(machine, path), `${text}\n`);
  }
}

const UNIFIED = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
const LEGACY = [
  "31 23 0:27 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755",
  "32 31 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct",
].join("\n");

/** The process's place in a hierarchy, and how it is mounted. */
function place(cgroup: string, mountinfo: string): void {
  write({ "proc/self/cgroup": cgroup, "proc/self/mountinfo": mountinfo });
}

describe("version 2", () => {
  const group = "sys/fs/cgroup/system.slice/load.service";
  const inUnit = () => place("0::/system.slice/load.service", UNIFIED);

  test("max is no quota", () => {
    inUnit();
    write({ [`${group}/cpu.max`]: "max 100000" });
    expect(cpuQuotaCores(machine)).toBeNull();
  });

  test.each([
    ["150000 100000", 1.5],
    ["20000 100000", 0.2],
    ["20000", 0.2],
    ["5000 10000", 0.5],
  ])("%p is %p cores", (text, cores) => {
    inUnit();
    write({ [`${group}/cpu.max`]: text });
    expect(cpuQuotaCores(machine)).toBe(cores);
  });

  test("the tightest of the groups above counts, wherever it stands", () => {
    inUnit();
    write({
      [`${group}/cpu.max`]: "max 100000",
      "sys/fs/cgroup/system.slice/cpu.max": "50000 100000",
    });
    expect(cpuQuotaCores(machine)).toBe(0.5);
    write({ [`${group}/cpu.max`]: "30000 100000" });
    expect(cpuQuotaCores(machine)).toBe(0.3);
  });

  test("a container that sees its own group as the root", () => {
    place("0::/", UNIFIED);
    write({ "sys/fs/cgroup/cpu.max": "200000 100000" });
    expect(cpuQuotaCores(machine)).toBe(2);
  });

  test("a container that is told its place outside, but sees its own group alone", () => {
    place("0::/kubepods/pod1/box", UNIFIED.replace(" / ", " /kubepods/pod1/box "));
    write({ "sys/fs/cgroup/cpu.max": "40000 100000" });
    expect(cpuQuotaCores(machine)).toBe(0.4);
  });

  test("a place outside of the namespace is not looked for", () => {
    place("0::/../../other", UNIFIED);
    write({ "sys/fs/cgroup/cpu.max": "70000 100000", "other/cpu.max": "1000 100000" });
    expect(cpuQuotaCores(machine)).toBe(0.7);
  });

  test("throttling since a moment, of whichever group was stopped", () => {
    inUnit();
    const stat = (periods: number, us: number) =>
      `usage_usec 5000\nnr_periods 90\nnr_throttled ${periods}\nthrottled_usec ${us}`;
    write({
      "sys/fs/cgroup/cpu.stat": "usage_usec 123",
      "sys/fs/cgroup/system.slice/cpu.stat": stat(10, 700_000),
      [`${group}/cpu.stat`]: stat(0, 0),
    });
    const throttling = watchThrottling(machine);
    expect(throttling()).toEqual({ periods: 0, ms: 0 });
    write({ "sys/fs/cgroup/system.slice/cpu.stat": stat(14, 950_500) });
    expect(throttling()).toEqual({ periods: 4, ms: 250.5 });
  });
});

describe("version 1", () => {
  const group = "sys/fs/cgroup/cpu,cpuacct/docker/box";
  const cgroup = "5:memory:/docker/box\n4:cpu,cpuacct:/docker/box\n1:name=systemd:/docker/box";

  test.each([
    ["-1", null],
    ["20000", 0.2],
    ["400000", 4],
  ])("a quota of %p µs is %p cores", (quota, cores) => {
    place(cgroup, LEGACY);
    write({ [`${group}/cpu.cfs_quota_us`]: quota, [`${group}/cpu.cfs_period_us`]: "100000" });
    expect(cpuQuotaCores(machine)).toBe(cores);
  });

  test("of a container that is told its place outside", () => {
    const mounts = LEGACY.replaceAll(" / /sys/fs/cgroup/", " /docker/box /sys/fs/cgroup/");
    place(cgroup, mounts);
    const own = "sys/fs/cgroup/cpu,cpuacct";
    write({ [`${own}/cpu.cfs_quota_us`]: "25000", [`${own}/cpu.cfs_period_us`]: "50000" });
    expect(cpuQuotaCores(machine)).toBe(0.5);
  });

  test("throttling is counted in nanoseconds", () => {
    place(cgroup, LEGACY);
    const stat = (ns: number) => `nr_periods 9\nnr_throttled 3\nthrottled_time ${ns}`;
    write({ [`${group}/cpu.stat`]: stat(1e9) });
    const throttling = watchThrottling(machine);
    write({ [`${group}/cpu.stat`]: stat(1.25e9) });
    expect(throttling()).toEqual({ periods: 0, ms: 250 });
  });
});

describe("both at once", () => {
  const both = `${LEGACY}\n${UNIFIED.replace("/sys/fs/cgroup ", "/sys/fs/cgroup/unified ")}`;

  test("the one that knows CPU counts", () => {
    place("3:cpu,cpuacct:/box\n0::/box", both);
    write({
      "sys/fs/cgroup/unified/box/cpu.stat": "usage_usec 5",
      "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us": "60000",
      "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us": "100000",
      "sys/fs/cgroup/cpu,cpuacct/box/cpu.stat": "nr_throttled 2\nthrottled_time 5",
    });
    expect(cpuQuotaCores(machine)).toBe(0.6);
    expect(watchThrottling(machine)()).toEqual({ periods: 0, ms: 0 });
  });
});

describe("no control group", () => {
  test("is no quota, and nobody counts", () => {
    expect(cpuQuotaCores(machine)).toBeNull();
    expect(watchThrottling(machine)()).toBeNull();
  });

  test("a mount point with a blank is found", () => {
    place("0::/", UNIFIED.replace("/sys/fs/cgroup ", "/mnt/my\\040groups "));
    write({ "mnt/my groups/cpu.max": "10000 100000" });
    expect(cpuQuotaCores(machine)).toBe(0.1);
  });
});

test("this machine's own are read without a word", () => {
  const quota = cpuQuotaCores();
  expect(quota === null || quota > 0).toBe(true);
  watchThrottling()();
});
