import { expect, test } from "bun:test";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { harmfulHiccups, parseCpuList, parseHiccup, watchHiccups } from "./hiccups.ts";

test("CPU lists of the kernel", () => {
  expect(parseCpuList("0-2,5")).toEqual([0, 1, 2, 5]);
  expect(parseCpuList("3")).toEqual([3]);
});

test("a line of the meter", () => {
  expect(parseHiccup("hiccup 100 250", 1)).toEqual({ cpu: 1, startNs: 100, endNs: 250 });
  expect(parseHiccup("ready")).toBeUndefined();
});

test("harmful are those long enough that touch the window", () => {
  const window = { startNs: 100e6, endNs: 200e6 };
  const of = (startMs: number, endMs: number) => ({ startNs: startMs * 1e6, endNs: endMs * 1e6 });
  const before = of(80, 100);
  const across = of(95, 105);
  const short = of(150, 155);
  const inside = of(150, 160);
  const after = of(200, 260);
  const harmful = harmfulHiccups([before, across, short, inside, after], 10, window);
  expect(harmful).toEqual([across, inside]);
});

test("a meter that is frozen says from when to when", async () => {
  const pids: number[] = [];
  const watch = await watchHiccups(1, (pid) => pids.push(pid));
  await Bun.sleep(50);
  const startNs = monotonicNs();
  process.kill(pids[0], "SIGSTOP");
  await Bun.sleep(200);
  process.kill(pids[0], "SIGCONT");
  const endNs = monotonicNs();
  const hiccups = await watch.stop();
  const frozen = harmfulHiccups(hiccups, 150, { startNs, endNs });
  expect(frozen.length).toBeGreaterThanOrEqual(1);
  expect(frozen[0].startNs).toBeLessThan(endNs - 150e6);
  expect(frozen[0].endNs).toBeGreaterThan(startNs + 150e6);
});
