/** `--generator nighthawk --generator-address …`: services of ours as one generator. */
import { afterAll, expect, test } from "bun:test";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { cli, makeFolder } from "./child-cli.ts";
import { startChildService } from "./child-service.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const LOAD = ["--rate", "100", "--connections", "4", "--duration", "2s", "--quiet"];

test("two services share the load, and their histograms are one", async () => {
  const services = await Promise.all([startChildService(folder), startChildService(folder)]);
  const origin = await startChildOrigin();
  const addresses = services.map(({ address }) => address).join(",");
  const driven = ["--generator", "nighthawk", "--generator-address", addresses];
  const written = ["--output", "json=result.json"];
  const args = ["run", `${origin.url}/`, ...LOAD, ...driven, ...written];
  const { code, err } = await cli(args, { cwd: folder.path });
  await Promise.all([...services.map((service) => service.stop()), origin.stop()]);
  expect([0, 98, err]).toContain(code);
  const result = resultSchema.parse(JSON.parse(folder.read("result.json")));
  expect(result.generator).toMatchObject({ name: "nighthawk", latencyKind: "service" });
  expect(result.generator.fidelity.kind).toBe("histogram");
  const { due, sent, unsent, completed, censored } = result.accounting;
  // Their runs end with their time, on a starved machine before all is sent.
  expect([due, sent + unsent, completed + censored]).toEqual([200, 200, sent]);
  expect(completed).toBeGreaterThan(0);
  expect(result.children).toHaveLength(2);
});

test("a rate that cannot be shared out is refused before anything is sent", async () => {
  const driven = ["--generator", "nighthawk", "--generator-address", "127.0.0.1:1,127.0.0.1:2"];
  const odd = ["--rate", "101", "--connections", "4", "--duration", "2s"];
  const { code, err } = await cli(["run", "http://127.0.0.1:9/", ...odd, ...driven]);
  expect([code, err]).toEqual([2, expect.stringContaining("a whole number for each of 2 workers")]);
});
