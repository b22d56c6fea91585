import { expect, test } from "bun:test";
import { type LiveView, progressLine } from "./progress.ts";

const view: LiveView = {
  elapsedS: 12.7,
  totalS: 60,
  offered: 2000,
  completed: 1998,
  errors: 0,
  inFlight: 17,
  p50Ms: 1.21,
  p99Ms: 8.4,
  maxMs: 31,
};

test("a running run", () => {
  expect(progressLine(view)).toBe(
    "  12s of 60s   2,000/s offered  1,998/s answered" +
      "   p50 1.21 ms  p99 8.40 ms  max 31.0 ms   0 errors",
  );
});

test("the words stay in their places while the seconds grow", () => {
  const at = (elapsedS: number) => progressLine({ ...view, elapsedS, totalS: 7200 }).indexOf("of");
  expect(new Set([0, 9, 10, 599, 7200].map(at)).size).toBe(1);
});

test("no end, too few answers, one error", () => {
  const line = progressLine({ ...view, totalS: null, p99Ms: null, errors: 1 });
  expect(line).toBe(
    "  12s   2,000/s offered  1,998/s answered   p50 1.21 ms  p99 –  max 31.0 ms   1 error",
  );
});

test("where nothing comes back, it says how much is out", () => {
  expect(progressLine({ ...view, completed: 0 })).toContain("0/s answered   17 in flight");
});
