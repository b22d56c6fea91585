/** Engines that measure wrongly are caught by the very checks that the sound one passes. */

import { runPlan } from "@nightjar/testkit/runs.ts";
import { timed } from "@nightjar/testkit/timed.ts";
import { expectGeneratorFreeze, expectServerFreeze, FREEZE, freezePlan } from "./freezes.ts";
import { runFrozen } from "./generator-freeze.ts";
import { withOrigin } from "./judging.ts";
import { withMutant } from "./mutant-engine.ts";

function expectCaught(check: () => void): void {
  try {
    check();
  } catch {
    return;
  }
  throw new Error("the mutant passed");
}

/** Coordinated omission: the due time is forgotten. */
const DUE_IS_SENT = {
  file: "exchanges.ts",
  from: "    slot.sentNs = nowNs;\n",
  to: "    slot.sentNs = nowNs;\n    slot.dueNs = nowNs;\n",
};

/** A slot that our own lateness kept busy looks busy by the target's doing. */
const NO_DEBT = {
  file: "exchanges.ts",
  from: "slot.readyNs = nowNs - this.debt(slot, nowNs);",
  to: "slot.readyNs = nowNs - 0 * this.debt(slot, nowNs);",
};

timed("due := sent is caught by the frozen server", { harmfulMs: 20 }, () =>
  withMutant(DUE_IS_SENT, (command) =>
    withOrigin([], async ({ url }) => {
      const freeze = new URL(`/.control/freeze?for=${FREEZE.forMs}ms`, url);
      const at = [{ ms: FREEZE.atMs, act: () => void fetch(freeze, { method: "POST" }) }];
      const run = await runPlan(freezePlan(url, 20), { idle: "spin", command, at });
      expectCaught(() => expectServerFreeze(run, 20));
    }),
  ),
);

timed("free without debt is caught by the frozen generator", { harmfulMs: 20 }, () =>
  withMutant(NO_DEBT, async (command) => {
    const { run, frozenMs } = await runFrozen(10, { command });
    expectCaught(() => expectGeneratorFreeze(run, frozenMs));
  }),
);
