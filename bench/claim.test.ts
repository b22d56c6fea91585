import { expect, test } from "bun:test";
import { type Claim, judge, lineOf } from "./claim.ts";

const rate: Claim = {
  kind: "must",
  value: "rate",
  says: "rate of wrk",
  limit: { atLeast: 0.85 },
  digits: 2,
};
const cpu: Claim = { ...rate, says: "CPU of wrk", limit: { atMost: 1.25 } };
const interval = (low: number, median: number, high: number) => ({
  low,
  median,
  high,
  confidence: 0.98,
});

test("it fails only if the whole interval is on the wrong side", () => {
  expect(judge(rate, interval(0.7, 0.8, 0.84)).outcome).toBe("fails");
  expect(judge(rate, interval(0.7, 0.8, 0.86)).outcome).toBe("holds");
  expect(judge(rate, interval(0.9, 0.95, 1)).outcome).toBe("holds");
  expect(judge(cpu, interval(1.26, 1.3, 1.4)).outcome).toBe("fails");
  expect(judge(cpu, interval(1.2, 1.3, 1.4)).outcome).toBe("holds");
});

test("the limit itself holds", () => {
  expect(judge(rate, interval(0.85, 0.85, 0.85)).outcome).toBe("holds");
  expect(judge(cpu, interval(1.25, 1.25, 1.25)).outcome).toBe("holds");
});

test("the line says what was measured, and where the median disagrees", () => {
  expect(lineOf(judge(rate, interval(0.9, 0.95, 1)))).toBe(
    "must: rate of wrk: holds: 0.95 [0.90, 1.00]",
  );
  expect(judge(rate, interval(0.8, 0.84, 0.9)).measured).toEndWith("], the median beyond it");
});

test("what was not measured is said with its reason", () => {
  const judgement = judge(rate, undefined, "hiccups");
  expect(lineOf(judgement)).toBe("must: rate of wrk: not measured: hiccups");
});
