/**
 * Frozen servers, frozen generators, and engines that measure wrongly. The runs of a test go side
 * by side, each with an origin of its own:
 * 200/s cost a few percent of a core, and what is judged is a hundred times longer than what they
 * do to each other.
 */
import { timed } from "@nightjar/testkit/timed.ts";
import { expectGeneratorFreeze, expectLagNotWait, expectServerFreeze } from "./freezes.ts";
import { runWithFrozenServer, runWithFrozenWorker } from "./frozen-runs.ts";
import { withMutant } from "./mutant-engine.ts";

const SERVER_CONNECTIONS = 20;
const GENERATOR_CONNECTIONS = [10, 64, 300];

timed("a frozen server shows as response and wait", { harmfulMs: 20 }, async () => {
  const [slept, spun] = await Promise.all([
    runWithFrozenServer(SERVER_CONNECTIONS),
    runWithFrozenServer(SERVER_CONNECTIONS, { idle: "spin" }),
  ]);
  expectServerFreeze(slept, SERVER_CONNECTIONS);
  expectServerFreeze(spun, SERVER_CONNECTIONS);
});

timed(
  "a frozen generator shows as lag, with 10, 64 and 300 connections alike",
  { harmfulMs: 20 },
  async () => {
    const runs = await Promise.all(
      GENERATOR_CONNECTIONS.map((connections) =>
        runWithFrozenWorker(connections, { idle: connections === 10 ? "spin" : "sleep" }),
      ),
    );
    for (const { run, frozenMs } of runs) expectGeneratorFreeze(run, frozenMs);
  },
);

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

/** Caught by the claim that is about its fault, and not by some other. */
function expectCaught(what: string, claim: RegExp, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (claim.test(String(error))) return;
    throw new Error(`${what} was caught by something else: ${error}`);
  }
  throw new Error(`the mutant passed: ${what}`);
}

timed("due := sent, and free without debt, are caught", { harmfulMs: 20 }, async () => {
  const [dueIsSent, noDebt] = await Promise.all([
    withMutant(DUE_IS_SENT, (command) => runWithFrozenServer(SERVER_CONNECTIONS, { command })),
    withMutant(NO_DEBT, (command) => runWithFrozenWorker(10, { command })),
  ]);
  expectCaught("due := sent", /: response above 10 ms/, () =>
    expectServerFreeze(dueIsSent, SERVER_CONNECTIONS),
  );
  expectCaught("no debt", /: lag above 10 ms/, () => expectLagNotWait(noDebt.run, noDebt.frozenMs));
});
