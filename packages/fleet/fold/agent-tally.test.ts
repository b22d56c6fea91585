/** What each agent has measured by itself, beside what simulated ones know of themselves. */
import { expect, test } from "bun:test";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";

async function runOver(agents: number, connections: number): Promise<[FleetStage, Result]> {
  const stage = new FleetStage(() => new Promise((resolve) => setImmediate(resolve)));
  for (let at = 0; at < agents; at++) stage.addAgent();
  const plan = planFor({ rate: 400, connections }, { warmup: "1s", duration: "4s" });
  const measured = stage
    .prepare(stage.order(plan, [{ count: agents }]))
    .then((run) => stage.measure(run));
  await stage.play(60 * S);
  return [stage, resultSchema.parse(await measured)];
}

test("its own answers and latencies, of the measured part", async () => {
  const [stage, { children, accounting }] = await runOver(3, 16);
  const all = children.flatMap(({ agent }) => agent ?? []);
  expect(all.reduce((sum, { completed }) => sum + completed, 0)).toBe(accounting.completed);
  for (const [at, { completed, latencyMs }] of all.entries()) {
    const own = stage.runs[at].life.exchanges.filter(({ phase }) => phase === "measured");
    const fates = own.filter(({ fate }) => fate === "ok" || fate === "error");
    expect(completed).toBe(fates.length);
    const errors = own.filter(({ fate }) => fate === "error").length;
    expect(latencyMs.response.count).toBe(own.length - errors);
    expect(Object.keys(latencyMs)).toEqual(["response", "lag"]);
    expect(latencyMs.response.percentiles["99"]).not.toBeNull();
  }
});

test("of many agents counts alone: each latency costs the fold", async () => {
  const [, { children, accounting }] = await runOver(101, 202);
  const all = children.flatMap(({ agent }) => agent ?? []);
  expect(all.map(({ latencyMs }) => latencyMs)).toEqual(all.map(() => ({})));
  expect(all.reduce((sum, { completed }) => sum + completed, 0)).toBe(accounting.completed);
});
