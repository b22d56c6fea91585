/** A run over a fleet, from the claims to the Result, in virtual time. */
import { expect, test } from "bun:test";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import type { Phase } from "./course.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function stageOf(agents: number): FleetStage {
  const stage = new FleetStage(settle);
  for (let at = 0; at < agents; at++) stage.addAgent();
  return stage;
}

test("eight agents send the schedule of one, once each", async () => {
  const stage = stageOf(8);
  const plan = planFor({ rate: 100, connections: 16 });
  const phases: Phase[] = [];
  const measured = stage
    .prepare(stage.order(plan, [{ count: 8 }]), { entered: (phase) => phases.push(phase) })
    .then((run) => stage.measure(run));
  await stage.play(60 * S);
  const result = resultSchema.parse(await measured);
  expect(result.verdict).toEqual({ outcome: "pass", reasons: [] });
  expect(result.accounting.due).toBe(1000);
  const sent = stage.runs.flatMap(({ life }) => life.exchanges.map(({ i }) => i));
  expect(sent.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(phases).toEqual([
    ...["place", "ready", "clock", "start", "measure", "drain", "fold", "judge", "over"],
  ] as Phase[]);
  const collected = await stage.collect("run1");
  expect(JSON.stringify(collected)).toBe(JSON.stringify(await measured));
});
