import { expect, test } from "bun:test";
import { VIEWS, WELL } from "./fixtures/live-views.ts";
import { liveLine } from "./live-line.ts";

test("a running run", () => {
  expect(liveLine(WELL)).toBe(
    "  42s of 70s   2,000/s offered  1,998/s answered" +
      "   response p50 1.21 ms  p99 8.40 ms  max 31.0 ms   0 errors",
  );
});

test("the words stay in their places while the seconds grow", () => {
  const at = (elapsedS: number) => liveLine({ ...WELL, elapsedS, totalS: 7200 }).indexOf("of");
  expect(new Set([0, 9, 10, 599, 7200].map(at)).size).toBe(1);
});

test("no end, too few answers, one error", () => {
  const latencyMs = { ...WELL.latencyMs, p99: null };
  expect(liveLine({ ...WELL, totalS: null, latencyMs, errors: 1 })).toBe(
    "  42s   2,000/s offered  1,998/s answered" +
      "   response p50 1.21 ms  p99 –  max 31.0 ms   1 error",
  );
});

test("where nothing comes back, it says how much is out", () => {
  const second = { offeredPerS: 2000, answeredPerS: 0 };
  expect(liveLine({ ...WELL, second })).toContain("0/s answered   17 in flight");
});

test("trouble, and what is not the measured part, stand at the end", () => {
  expect(liveLine(VIEWS["in trouble"])).toEndWith(
    "p50 812 ms  p99 > 5,000 ms  max > 5,000 ms   12,345,678 errors   4,321 dropped",
  );
  expect(liveLine(VIEWS["before the first second"])).toContain("no second is complete yet");
  expect(liveLine(VIEWS.draining)).toEndWith("0 errors   draining");
});

test("the closed loop offers nothing", () => {
  expect(liveLine(VIEWS["closed loop, by number"])).toStartWith(
    "  42s   118,204/s answered   response p50",
  );
});
