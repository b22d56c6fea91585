/** Who is left out of a Result that is collected again. */
import { expect, test } from "bun:test";
import type { NightjarError } from "@nightjar/core/errors.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import { collect } from "./collect.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Three agents, two of which have the name of their host. */
async function collected(...exclude: string[]): Promise<NightjarError | undefined> {
  const stage = new FleetStage(settle);
  for (const name of ["host", "host", "other"]) stage.addAgent({ facts: { name } });
  const plan = planFor({ rate: 30, connections: 6 }, { duration: "2s" });
  void stage.prepare(stage.order(plan, [{ count: 3 }])).then((run) => stage.measure(run));
  await stage.play(60 * S);
  const options = { exclude: new Set(exclude) };
  return collect(stage.broker.connect(), "run1", options).then(
    () => undefined,
    (error) => error,
  );
}

test("an agent is left out by its name, or by its number", async () => {
  expect(await collected("other")).toBeUndefined();
  expect(await collected("0", "1")).toBeUndefined();
});

test("a name that nobody has is refused", async () => {
  const { message, hint } = (await collected("othr")) as NightjarError;
  expect(message).toBe('--exclude: no agent "othr" took part');
  expect(hint).toBe("did you mean other?");
});

test("a name that two have is refused, with their ids", async () => {
  const { message, hint } = (await collected("host")) as NightjarError;
  expect(message).toBe('--exclude: 2 agents are called "host"');
  expect(hint).toMatch(/^by their ids: \S+, \S+$/);
});
