/**
 * The Result's histogram of several workers is, slot for slot, the histogram of all their samples.
 */
import { expect, test } from "bun:test";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import { runDumped } from "./dumped-run.ts";
import { histogramOf, withOrigin } from "./judging.ts";

test(
  "merged = pooled",
  () =>
    withOrigin(["--behaviour", "delay=exp:2ms"], async ({ url }) => {
      const plan = {
        targets: [{ url }],
        load: { rate: 500, connections: 12 },
        duration: "2s",
        name: "merge",
      };
      const { run, exchanges } = await runDumped(plan, { workers: 3 });
      const { due, completed } = run.result.accounting;
      expect(due).toBe(1000);
      // On a starved machine some still wait for a connection when the plan is over.
      expect(completed).toBeGreaterThan(500);
      expect(exchanges.length).toBe(completed);
      const pooled = new Histogram();
      for (const { responseNs } of exchanges) pooled.record(responseNs);
      expect(histogramOf(run, "response")).toEqual(pooled.sparse());
    }),
  120_000,
);
