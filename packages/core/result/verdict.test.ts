import { expect, test } from "bun:test";
import { type Plan, resolvePlan } from "../plan/plan.ts";
import { Histogram, type SparseHistogram } from "../record/histogram.ts";
import { emptySnapshot } from "../record/snapshot.ts";
import { type Counts, emptyTally, type Tally, zeroCounts } from "../record/tally.ts";
import { RunFold } from "../run/fold.ts";
import { wholeShare } from "../schedule/share.ts";
import { RESULT_CONTEXT as context } from "../simulation/result-context.ts";
import { resultSchema } from "./result.ts";
import { resultOf } from "./result-of.ts";

const MS = 1e6;

function times(n: number, ns: number): SparseHistogram {
  const histogram = new Histogram();
  for (let at = 0; at < n; at++) histogram.record(ns);
  return histogram.sparse();
}

function planWith(thresholds: string[]): Plan {
  const load = { rate: 1000, requests: 1000, connections: 1 };
  return resolvePlan({ targets: [{ url: "http://t.invalid/" }], load, thresholds });
}

/** The Result of one second in which this happened. */
function resultWith(
  thresholds: string[],
  counts: Partial<Counts>,
  tally: Partial<Tally>,
  extra = {},
) {
  const plan = planWith(thresholds);
  const fold = new RunFold(plan, [{ id: "0", share: wholeShare(1) }]);
  const measured = { ...emptyTally(), ...tally, counts: { ...zeroCounts(), ...counts } };
  const cells = [{ phase: "measured", stage: 0, target: 0, tally: measured }] as const;
  const key = { child: "0", incarnation: 0, interval: 0 };
  fold.apply({ ...emptySnapshot(key), cells, parts: { expected: 1, received: 1 }, ...extra });
  const end = { outcome: "done", reason: "", intervals: 1, untilNs: 1e9 } as const;
  fold.apply({ type: "ended", child: "0", incarnation: 0, ...end });
  const result = resultOf(fold.finish(), context);
  expect(resultSchema.safeParse(result).success).toBe(true);
  return result;
}

const all = { due: 1000, sent: 1000, completed: 1000, ok: 1000 };
const answered = { response: times(1000, 10 * MS), service: times(1000, 10 * MS) };

test("thresholds that hold pass, and one that does not fails", () => {
  const good = ["p99 < 50ms", "mean <= 10ms", "errors < 0.1%", "achieved > 99%", "rate >= 1000/s"];
  const passed = resultWith(good, all, { histograms: answered });
  expect(passed.verdict).toEqual({ outcome: "pass", reasons: ["all 5 thresholds hold"] });
  expect(passed.thresholds.map(({ value }) => value)).toEqual([10, 10, 0, 1, 1000]);
  const failed = resultWith([...good, "max < 5ms"], all, { histograms: answered });
  expect(failed.verdict).toEqual({ outcome: "fail", reasons: ["threshold failed: max < 5ms"] });
});

test("no thresholds, no reasons: a run that could be measured passes", () => {
  expect(resultWith([], all, { histograms: answered }).verdict).toEqual({
    outcome: "pass",
    reasons: [],
  });
});

test("unanswered exchanges print as a lower bound, and fail an upper limit", () => {
  const counts = { due: 1000, sent: 1000, completed: 980, ok: 980, failed: 20 };
  const histograms = { response: times(980, MS), failedAge: times(20, 1000 * MS) };
  const result = resultWith(["p99 < 10s", "p99 > 900ms", "p95 < 2ms"], counts, { histograms });
  expect(result.latencyMs.response.percentiles["99"]).toEqual({ atLeast: 1000 });
  expect(result.latencyMs.response.max).toEqual({ atLeast: 1000 });
  expect(result.latencyMs.response.count).toBe(1000);
  expect(result.thresholds.map(({ ok }) => ok)).toEqual([false, true, true]);
  expect(result.populations).toEqual({ ok: 980, error: 0, unanswered: 20 });
});

test("a mean with unanswered ones is a lower bound that is one", () => {
  const counts = { due: 1000, sent: 1000, completed: 500, ok: 500, censored: 500 };
  const histograms = { response: times(500, 30 * MS), censoredAge: times(500, 10 * MS) };
  const { thresholds } = resultWith(["mean < 25ms", "mean > 19ms", "stddev < 1s"], counts, {
    histograms,
  });
  expect(thresholds[0]).toMatchObject({ value: { atLeast: 20 }, ok: false });
  expect(thresholds[1].ok).toBe(true);
  expect(thresholds[2]).toMatchObject({ value: { atLeast: 0 }, ok: false });
});

test("too few samples are inconclusive, unless something fails", () => {
  const result = resultWith(["p99.9 < 1s"], all, { histograms: answered });
  expect(result.verdict).toEqual({
    outcome: "inconclusive",
    reasons: ["too few samples to judge: p99.9 < 1s"],
  });
  expect(result.thresholds[0]).toMatchObject({ value: null, ok: null });
  const failed = resultWith(["p99.9 < 1s", "p99 < 1ms"], all, { histograms: answered });
  expect(failed.verdict.outcome).toBe("fail");
});

test("statuses count by code and by class", () => {
  const counts = { ...all, ok: 900, errors: 100 };
  const tally = {
    statuses: { 200: 900, 503: 60, 500: 40 },
    histograms: { response: times(900, MS) },
  };
  const thresholds = ["status(5xx) == 100", "status(503) < 6%", "status(4xx) == 0", "errors < 11%"];
  const result = resultWith(thresholds, counts, tally);
  expect(result.thresholds.map(({ value, ok }) => [value, ok])).toEqual([
    [100, true],
    [0.06, false],
    [0, true],
    [0.1, true],
  ]);
});

test("a sick generator is inconclusive, whatever the thresholds say", () => {
  const result = resultWith(["p99 < 1ms"], all, { histograms: answered }, { turn: times(1, 2e9) });
  expect(result.verdict.outcome).toBe("inconclusive");
  expect(result.verdict.reasons[0]).toContain("stood still for 2.00 s");
});

test("missing intervals and nothing measured are inconclusive", () => {
  const plan = planWith([]);
  const fold = new RunFold(plan, [{ id: "0", share: wholeShare(1) }]);
  const { verdict, accounting } = resultOf(fold.finish(), context);
  expect(accounting).toMatchObject({
    due: 1000,
    unknown: 1000,
    intervalsExpected: 1,
    intervalsReceived: 0,
  });
  expect(verdict.outcome).toBe("inconclusive");
  expect(verdict.reasons.join("\n")).toContain(
    "0 of 1 intervals arrived, and 1000 exchanges of 1000 (100.0 %) are unknown",
  );
  expect(verdict.reasons.join("\n")).toContain("worker 0 was lost");
});

test("accounts that do not sum are not printed", () => {
  expect(() => resultWith([], { ...all, completed: 999 }, {})).toThrow("invariant broken");
  expect(() => resultWith([], { ...all, due: 1001 }, {})).toThrow("invariant broken");
});

test("who was stopped for one that came to its end after all cut the run short", () => {
  const fold = new RunFold(planWith([]), [
    { id: "0", share: { from: 0, to: 1, of: 2 } },
    { id: "1", share: { from: 1, to: 2, of: 2 } },
  ]);
  for (const child of ["0", "1"]) {
    const measured = { ...emptyTally(), histograms: answered, counts: { ...zeroCounts(), ...all } };
    const cells = [{ phase: "measured", stage: 0, target: 0, tally: measured }] as const;
    const key = { child, incarnation: 0, interval: 0 };
    fold.apply({ ...emptySnapshot(key), cells, parts: { expected: 1, received: 1 } });
  }
  const common = { type: "ended", incarnation: 0, intervals: 1 } as const;
  const lost = { outcome: "lost", reason: "no word", intervals: null, untilNs: null } as const;
  fold.apply({ ...common, ...lost, child: "0" });
  const reason = "agent a was lost: no word";
  fold.apply({ ...common, child: "1", outcome: "stopped", reason, untilNs: 0.6e9 });
  fold.apply({ ...common, child: "0", outcome: "done", reason: "", untilNs: 1e9 });
  const { verdict } = resultOf(fold.finish(), context);
  expect(verdict).toEqual({
    outcome: "inconclusive",
    reasons: ["the run was cut short: agent a was lost: no word"],
  });
});
