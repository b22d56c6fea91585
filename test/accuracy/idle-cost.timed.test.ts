/** Waiting is cheap: at 10 requests a second a worker uses less than a twentieth of a core. */
import { runPlan } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { expectBelow, withOrigin } from "./judging.ts";

timed(
  "10 requests a second cost under 5 % of a core, however the worker waits",
  { harmfulMs: 50 },
  () =>
    withOrigin([], async ({ url }) => {
      for (const idle of ["spin", "sleep"] as const) {
        const plan = { name: `idle cost, ${idle}`, targets: [{ url }], load: { rate: 10 } };
        const { result } = await runPlan({ ...plan, duration: "4s" }, { idle });
        expectBelow(`CPU with ${idle}, in %`, result.generator.cpuPercent ?? 100, 5);
      }
    }),
);
