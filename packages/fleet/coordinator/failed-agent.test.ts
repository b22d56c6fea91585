/** An agent whose program fails is one less, as one that is lost. */
import { expect, test } from "bun:test";
import type { Clock } from "@nightjar/core/run/clock.ts";
import type { LoadGenerator, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "60s" });
const SENTENCE = "agent a0 failed: fortio was killed by SIGKILL";

function asFailed(event: RunEvent): RunEvent {
  if (event.type !== "ended") return event;
  return { ...event, outcome: "failed", reason: "fortio was killed by SIGKILL" };
}

/** Fails three seconds after it was started. */
function failing(clock: Clock): LoadGenerator {
  const child = simulatedChild({ clock });
  async function prepare(...order: Parameters<LoadGenerator["prepare"]>): Promise<Run> {
    const run = await child.prepare(...order);
    async function* events() {
      for await (const event of run.events) yield asFailed(event);
    }
    const start = (t0Ns: number) => {
      run.start(t0Ns);
      for (let call = 0; call < 2; call++) clock.after(4 * S, () => run.stop("killed"));
    };
    return { ready: run.ready, start, stop: (reason) => run.stop(reason), events: events() };
  }
  return { capabilities: SIMULATED, prepare };
}

/** Takes no notice of being stopped. */
function deaf(clock: Clock): LoadGenerator {
  const child = simulatedChild({ clock });
  async function prepare(...order: Parameters<LoadGenerator["prepare"]>): Promise<Run> {
    return Object.assign(await child.prepare(...order), { stop: () => {} });
  }
  return { capabilities: SIMULATED, prepare };
}

async function play(lostAgent: "fail" | "degrade") {
  const stage = new FleetStage(settle);
  stage.addAgent({ generator: failing });
  stage.addAgent({ generator: deaf });
  const told: string[] = [];
  const onLoss = (sentence: string) => void told.push(sentence);
  const order = stage.order(PLAN, [{ count: 2 }], { lostAgent });
  let endedS = Number.NaN;
  const measured = stage
    .prepare(order, { onLoss })
    .then((run) => stage.measure(run))
    .finally(() => {
      endedS = stage.clock.nowNs() / S;
    });
  await stage.play(200 * S);
  return { told, result: await measured, endedS };
}

test("it is told while the others go on", async () => {
  const { told, result } = await play("degrade");
  expect(told).toEqual([SENTENCE]);
  expect(result.verdict.outcome).toBe("inconclusive");
  expect(result.verdict.reasons[0]).toBe(
    `${SENTENCE}; from 3 s on its 50 % of the exchanges were sent by nobody, and are not in due`,
  );
});

test("by policy fail nobody is waited for to the plan's end", async () => {
  const { told, result, endedS } = await play("fail");
  expect(told[0]).toBe(SENTENCE);
  expect(result.verdict.reasons[0]).toBe(SENTENCE);
  expect(endedS).toBeLessThan(2 + 4 + 3 + 15 + 3);
});
