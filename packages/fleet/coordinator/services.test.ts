/** Which services several agents may be told to drive. */
import { expect, test } from "bun:test";
import type { NightjarError } from "@nightjar/core/errors.ts";
import { FleetStage, planFor } from "../simulation/fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function refusalOf(addresses: string[], count: number): Promise<NightjarError> {
  const stage = new FleetStage(settle);
  const nighthawk = { generator: "nighthawk", generatorAddresses: addresses } as const;
  const plan = planFor({ rate: 20, connections: 4 }, nighthawk);
  const refusal = stage.prepare(stage.order(plan, [{ count }])).catch((error) => error);
  await stage.play(60e9);
  return (await refusal) as NightjarError;
}

test("one service is not driven by two agents", async () => {
  const { code, message, hint } = await refusalOf(["localhost:8443", "10.0.0.1:8443"], 2);
  expect([code, message]).toEqual([
    "bad-plan",
    "generatorAddresses: each of 2 agents would drive the service at 10.0.0.1:8443, " +
      "which takes one run at a time",
  ]);
  expect(hint).toContain("--agents 1");
});

test.each([
  [["10.0.0.1:8443", "nh.example:8443"], 1],
  [["localhost:8443", "127.0.0.1:8444", "[::1]:8443"], 2],
] as const)("%p by %d agents", async (addresses, count) => {
  expect((await refusalOf([...addresses], count)).message).toContain("wanted, 0 idle");
});
