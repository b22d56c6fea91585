/** The server freezes for 1.4 s of 10 s: the target pays for it. */

import { runPlan } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { expectServerFreeze, FREEZE, freezePlan } from "./freezes.ts";
import { withOrigin } from "./judging.ts";

const CONNECTIONS = 20;
/** The origin answers the command, and freezes 20 ms later. */
const ORIGIN_DELAY_MS = 20;

timed("a frozen server shows as response and wait", { harmfulMs: 20 }, () =>
  withOrigin([], async ({ url }) => {
    const freeze = new URL(`/.control/freeze?for=${FREEZE.forMs}ms`, url);
    const run = await runPlan(freezePlan(url, CONNECTIONS), {
      idle: "spin",
      at: [
        {
          ms: FREEZE.atMs - ORIGIN_DELAY_MS,
          act: () => void fetch(freeze, { method: "POST" }),
        },
      ],
    });
    expectServerFreeze(run, CONNECTIONS);
  }),
);
