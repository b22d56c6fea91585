import { expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { answeredInTimePercent, errorsOf, lagUs } from "./nightjar-run.ts";

function row(atS: number, ratePerS: number): Pick<Result["series"][number], "atS" | "ratePerS"> {
  return { atS, ratePerS };
}

const result = {
  durationS: 2,
  offered: { requests: 2_000, ratePerS: 1_000 },
  series: [row(0, 1_000), row(1, 980), row(2, 20)],
  populations: { ok: 1_995, error: 3, unanswered: 2 },
  latencyMs: { lag: { percentiles: { "50": 0.002, "99": null } } },
} as unknown as Result;

test("what is answered after the plan's end came too late", () => {
  expect(answeredInTimePercent(result)).toBe(99);
});

test("an error is everything without a good answer", () => {
  expect(errorsOf(result)).toBe(5);
});

test("lag in microseconds, where there are samples enough", () => {
  expect(lagUs(result, "50")).toBe(2);
  expect(lagUs(result, "99")).toBeNull();
});
