/** What is said of a run that is collected before its end, and after it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { ChildFleet } from "./child-fleet.ts";

const GOING = ["--rate", "20", "--duration", "1m", "--connections", "4", "--agents", "1"];
let fleet: ChildFleet;

beforeAll(async () => {
  fleet = await ChildFleet.start(await startNatsServer());
  await fleet.addAgent("berlin");
});
afterAll(() => fleet.stop());

test("that it has no end yet is said, and when it has one no more", async () => {
  const child = fleet.startRun(...GOING);
  await child.untilNoted(/of 60s .* answered/);
  const { err: kept } = await fleet.collect("none");
  const [id] = /[\da-f-]{36}/.exec(kept) as RegExpExecArray;
  const early = await fleet.collect(id);
  expect(early.err).toContain(`run ${id} has no end yet: it goes on, or its coordinator has died`);
  expect(early.out).toContain("agent berlin was lost: no word of its end");
  child.process.kill("SIGINT");
  await child.ended;
  const late = await fleet.collect(id);
  expect(late.err).toBe("");
  expect(late.out).toContain("the run was cut short: SIGINT");
}, 120_000);
