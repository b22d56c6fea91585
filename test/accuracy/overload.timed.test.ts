/**
 * Overload: a server of 50 ms and two connections answer x ≈ 40/s of R = 100/s. The backlog grows
 * evenly, so the exchange that is answered at τ was due at about τ·x/R: its response is τ(1 − x/R),
 * and a place in the queue. It is wait.
 */

import { moments } from "@nightjar/core/record/histogram.ts";
import type { TallyHistogram } from "@nightjar/core/record/tally.ts";
import { runPlan } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { expectBelow, expectNear, histogramOf, withOrigin } from "./judging.ts";

const RATE_PER_S = 100;
const SERVICE_MS = 50;

timed("a server that is too slow shows as wait that grows with time", { harmfulMs: 40 }, () =>
  withOrigin(["--behaviour", `delay=${SERVICE_MS}ms`], async ({ url }) => {
    const run = await runPlan({
      name: "overload",
      targets: [{ url }],
      load: { rate: RATE_PER_S, connections: 2 },
      duration: "10s",
    });
    const { accounting, series } = run.result;
    const ratePerS = accounting.completed / 10;
    for (const row of series.filter(({ atS }) => atS >= 2 && atS < 10)) {
      // The median of a second's answers is that of its middle; half a gap between answers is 12
      // ms.
      const expected = (row.atS + 0.5) * (1 - ratePerS / RATE_PER_S) * 1000 + 15;
      expectNear(`response in second ${row.atS}`, row.p50 as number, expected, {
        relative: 0.02,
        absolute: 17,
      });
    }
    const mean = (name: TallyHistogram) => (moments(histogramOf(run, name))?.mean ?? 0) / 1e6;
    const parts = mean("wait") + mean("lag") + mean("connect") + mean("service");
    expectNear("response of the answered, as the sum of its parts", mean("response"), parts, {
      absolute: 1,
    });
    expectBelow("lag, as a share of wait", mean("lag") / mean("wait"), 0.05);
    expectBelow(
      "unsent is what is missing",
      Math.abs(accounting.due - accounting.sent - accounting.unsent),
      1,
    );
    if (!run.result.generator.healthy) throw new Error("a slow target makes no sick generator");
  }),
);

/** What is late once is not late for ever: those that were dropped would have had the time. */
timed("with a full backlog our lateness does not stay in the queue", { harmfulMs: 40 }, () =>
  withOrigin(["--behaviour", "delay=20ms"], async ({ url }) => {
    const run = await runPlan({
      name: "full backlog",
      targets: [{ url }],
      load: { rate: 300, connections: 2, maxBacklog: 10 },
      duration: "10s",
    });
    const mean = (name: TallyHistogram) => (moments(histogramOf(run, name))?.mean ?? 0) / 1e6;
    // Eleven in front on two connections, but for half a service time.
    expectNear("wait of a full backlog", mean("wait"), 105, { relative: 0.15 });
    expectBelow("lag, as a share of wait", mean("lag") / mean("wait"), 0.1);
    if (run.result.accounting.dropped === 0) throw new Error("nothing was dropped");
  }),
);
