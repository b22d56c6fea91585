import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { MemoryBroker } from "../memory/broker.ts";
import { encodeMessage } from "../messages.ts";
import { agentSubject } from "../subjects.ts";
import { askAgain } from "./ask.ts";

const S = 1e9;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const RELEASE = { type: "release", runId: "r", attempt: 1, reason: "over" } as const;

/** Asks an agent of which the first `deaf` questions are not heard; when it knew, and what. */
async function play(deaf: number): Promise<{ atS: number; said: string; heard: number }> {
  const clock = new VirtualClock();
  const bus = new MemoryBroker(clock).connect();
  let heard = 0;
  bus.subscribe(agentSubject("a"), () =>
    ++heard > deaf ? encodeMessage({ type: "released" }) : undefined,
  );
  let outcome = { atS: Number.NaN, said: "nothing" };
  const say = (said: string) => {
    outcome = { atS: clock.nowNs() / S, said };
  };
  askAgain({ bus, clock }, "a", RELEASE).then(
    ({ type }) => say(type),
    (error) => say(error.fault),
  );
  await clock.run(settle);
  return { ...outcome, heard };
}

test("answered, it is asked once", async () => {
  expect(await play(0)).toEqual({ atS: 0, said: "released", heard: 1 });
});

test("a question that is lost is asked again before its limit", async () => {
  expect(await play(2)).toEqual({ atS: 1, said: "released", heard: 3 });
});

test("never answered, it is asked four times, and that is said", async () => {
  expect(await play(9)).toEqual({ atS: 3.5, said: "no answer", heard: 4 });
});
