/** A fault of our own in a worker: it is not survived in silence, and the run says so and ends. */
import { expect, test } from "bun:test";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { withMutant } from "../accuracy/mutant-engine.ts";

/** At the first second's end. */
const THROWS = {
  file: "usage.ts",
  from: "      wallMs = nowMs;\n      rssBytes",
  to: '      if (nowMs > 0) throw new Error("the driver broke");\n      rssBytes',
};

test("a worker whose driver throws is lost, with the reason, and the run ends", async () => {
  const origin = await startChildOrigin();
  const plan = { targets: [{ url: origin.url }], load: { rate: 50 }, duration: "60s" };
  const { result } = await withMutant(THROWS, (command) => runPlan(plan, { command }));
  await origin.stop();
  const [{ end }] = result.children;
  expect(end.outcome).toBe("lost");
  expect(end.reason).toContain("the driver broke");
  expect(result.verdict.reasons[0]).toContain("worker 0 was lost: its process");
  expect(result.accounting.unknown).toBe(result.accounting.due);
}, 120_000);
