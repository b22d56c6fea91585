import { expect, test } from "bun:test";
import { wallNs } from "./wall.ts";

test("it is the clock that Date reads, and finer", () => {
  const beforeMs = Date.now();
  const ns = wallNs();
  const afterMs = Date.now();
  expect(Number(ns / 1_000_000n)).toBeGreaterThanOrEqual(beforeMs - 1);
  expect(Number(ns / 1_000_000n)).toBeLessThanOrEqual(afterMs + 1);
  const many = Array.from({ length: 1000 }, wallNs);
  expect(new Set(many.map((one) => one % 1_000_000n)).size).toBeGreaterThan(1);
});
