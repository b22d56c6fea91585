/** One start, one instant. */
import { expect, test } from "bun:test";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { wallNs } from "@nightjar/host/wall.ts";
import { startInstant } from "./start-instant.ts";

test("whoever begins with others is told what they are told", () => {
  const startNs = monotonicNs() + 2e9;
  const { wallNs: first } = startInstant(startNs);
  for (let time = 0; time < 1000; time++) expect(startInstant(startNs).wallNs).toBe(first);
  expect(startInstant(startNs + 1e9).wallNs - first).not.toBe(0n);
});

test("it is that instant of the wall clock", () => {
  const before = wallNs();
  const { wallNs: instant, clock } = startInstant(monotonicNs());
  const after = wallNs();
  // A double holds it to a quarter of a microsecond.
  expect(instant).toBeGreaterThanOrEqual(before - 100_000n);
  expect(instant).toBeLessThanOrEqual(after + 100_000n);
  expect(Math.abs(clock.toMonotonicNs(Number(instant)) - monotonicNs())).toBeLessThan(60e9);
});
