/**
 * What was not answered counts as longer than every answer, and a threshold cannot be met by
 * silence. The runs stand side by side: each waits for what will not come.
 */
import { expect, test } from "bun:test";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER, withOrigin } from "./judging.ts";

/** The origin draws by exchange number, so how many go unanswered is a fact of the seed. */
function plan(url: string, more: Partial<PlanDocument>): PlanDocument {
  return {
    name: "unanswered",
    targets: [{ url }],
    load: { rate: 500, connections: 100 },
    duration: "2s",
    timeout: "1s",
    numberHeader: NUMBER_HEADER,
    thresholds: ["p99 < 500ms", "p50 < 500ms"],
    ...more,
  };
}

test.concurrent(
  "2 % silence: p99 is at least the timeout, and its threshold fails",
  () =>
    withOrigin(["--behaviour", "silence=2"], async ({ url }) => {
      const { result } = await runPlan(plan(url, {}));
      expect(result.accounting.failed).toBeGreaterThan(10);
      expect(result.errors).toEqual({ timeout: result.accounting.failed });
      // From when it was due: later, where the machine was.
      const { atLeast } = result.latencyMs.response.percentiles["99"] as { atLeast: number };
      expect(atLeast).toBeGreaterThanOrEqual(1000);
      expect(typeof result.latencyMs.response.percentiles["50"]).toBe("number");
      expect(result.thresholds[0]).toMatchObject({ ok: false, value: { atLeast } });
    }),
  120_000,
);

test.concurrent(
  "2 % resets: p99 is longer than every answer, and its threshold fails",
  () =>
    withOrigin(["--behaviour", "reset=2"], async ({ url }) => {
      const { result } = await runPlan(plan(url, {}));
      const { response } = result.latencyMs;
      expect(result.errors).toEqual({ reset: result.accounting.failed });
      expect(response.percentiles["99"]).toHaveProperty("atLeast");
      expect(response.count).toBe(1000);
      expect(result.thresholds[0].ok).toBe(false);
    }),
  120_000,
);

test.concurrent(
  "dropped exchanges count in response and wait",
  () =>
    withOrigin(["--behaviour", "delay=20ms"], async ({ url }) => {
      const load = { rate: 500, connections: 9, maxBacklog: 0 };
      const { result } = await runPlan(plan(url, { load }));
      const { accounting, latencyMs, thresholds } = result;
      expect(accounting.dropped).toBeGreaterThan(20);
      expect(latencyMs.response.percentiles["99"]).toHaveProperty("atLeast");
      expect(latencyMs.wait.percentiles["99"]).toHaveProperty("atLeast");
      expect(latencyMs.wait.count).toBe(accounting.due);
      expect(thresholds[0].ok).toBe(false);
    }),
  120_000,
);

test.concurrent(
  "what is cut off at the end counts at its age",
  () =>
    withOrigin(["--behaviour", "silence=2"], async ({ url }) => {
      const { result } = await runPlan(plan(url, { timeout: "30s", drain: "100ms" }));
      const { accounting, latencyMs, thresholds } = result;
      expect(accounting.censored).toBeGreaterThan(10);
      expect(accounting.failed).toBe(0);
      const p99 = latencyMs.response.percentiles["99"] as { atLeast: number };
      expect(p99.atLeast).toBeGreaterThan(100);
      expect(p99.atLeast).toBeLessThan(2200);
      expect(thresholds[0].ok).toBe(false);
    }),
  120_000,
);
