/** What an agent hears late, or again: it changes nothing. */
import { expect, test } from "bun:test";
import { VERSION } from "@nightjar/core/version.ts";
import { ask } from "../coordinator/ask.ts";
import { type Claim, FLEET_PROTOCOL, type Question } from "../messages.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import type { MortalClock } from "../simulation/mortal-clock.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLAN = planFor({ rate: 20, connections: 4 }, { duration: "4s" });

const claimOf = (attempt: number, runId = "r", child = "0"): Claim => ({
  ...{ type: "claim", protocol: FLEET_PROTOCOL, version: VERSION, runId, child, attempt },
  ...{ coordinator: "c", generator: "nightjar", lostAgent: "fail" },
  ...{ leaseNs: 60 * S, orphanNs: S },
});

/** One agent, asked one thing after the other; the types of its answers. */
async function answersTo(questions: readonly Question[]): Promise<string[]> {
  const stage = new FleetStage(settle);
  const { agent } = stage.addAgent();
  const bus = stage.broker.connect();
  const answers: string[] = [];
  void (async () => {
    for (const question of questions) {
      answers.push((await ask(bus, "agent0", question)).type);
    }
    answers.push(agent.state.is);
  })();
  await stage.play(10 * S);
  return answers;
}

test("a whole run that comes again minutes later is not run again", async () => {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 2; at++) stage.addAgent();
  const again = { leastNs: 130 * S, mostNs: 130 * S };
  const weather = { seed: 1, repeats: [{ chance: 1, afterNs: again }] };
  const order = stage.order(PLAN, [{ count: 2 }]);
  void stage.prepare(order, stage.coordinator(weather)).then((run) => stage.measure(run));
  await stage.play(200 * S);
  expect(stage.runs).toHaveLength(2);
  const sent = stage.runs.flatMap(({ life }) => life.exchanges.map(({ i }) => i));
  expect(sent).toHaveLength(80);
});

test("a beat that comes again renews no lease", async () => {
  const stage = new FleetStage(settle);
  stage.addAgent();
  const again = { leastNs: 3 * S, mostNs: 3 * S };
  const coordinator = stage.coordinator({ seed: 1, repeats: [{ chance: 1, afterNs: again }] });
  const order = stage.order(planFor({ rate: 20, connections: 4 }, { duration: "20s" }), [
    { count: 1 },
  ]);
  // Of its beats the last ones are still on their way.
  stage.at(6 * S, () => (coordinator.clock as MortalClock).kill());
  void stage.prepare(order, coordinator).then((run) => stage.measure(run));
  await stage.play(60 * S);
  const { life } = stage.runs[0];
  expect(life.untilNs).toBeGreaterThan(5 * S);
  expect(life.untilNs).toBeLessThanOrEqual(6 * S - 1.8 * S + 5 * S);
});

test("a part of an order that comes again renews no lease", async () => {
  const stage = new FleetStage(settle);
  const { agent } = stage.addAgent();
  const bus = stage.broker.connect();
  const hash = { sha256: "0".repeat(64), bytes: new Uint8Array(1) };
  const part = { type: "parcel", runId: "r", number: 1, part: 0, parts: 2, ...hash } as const;
  void ask(bus, "agent0", { ...claimOf(1), leaseNs: 3 * S }).catch(() => {});
  for (let atS = 2; atS < 9; atS++) stage.at(atS * S, () => void ask(bus, "agent0", part));
  const states: string[] = [];
  for (const atS of [4.5, 5.5]) stage.at(atS * S, () => void states.push(agent.state.is));
  await stage.play(10 * S);
  expect(states).toEqual(["busy", "idle"]);
});

test("who has given a claim back claims anew, and not by the one given back", async () => {
  const release = (attempt: number): Question => ({
    type: "release",
    runId: "r",
    attempt,
    reason: "",
  });
  expect(await answersTo([claimOf(1), release(1), claimOf(1)])).toEqual([
    ...["claimed", "released", "refused", "idle"],
  ]);
  expect(await answersTo([claimOf(1), release(1), claimOf(2), release(1)])).toEqual([
    ...["claimed", "released", "claimed", "released", "busy"],
  ]);
  // It was given back before it was heard.
  expect(await answersTo([release(1), claimOf(1)])).toEqual(["released", "refused", "idle"]);
  // That it was given back was never heard.
  expect(await answersTo([claimOf(1), claimOf(2, "r", "3")])).toEqual([
    ...["claimed", "claimed", "busy"],
  ]);
});

test("a claim that comes twice is one claim, and another run's is refused", async () => {
  expect(await answersTo([claimOf(1), claimOf(1), claimOf(1, "other")])).toEqual([
    ...["claimed", "claimed", "refused", "busy"],
  ]);
});
