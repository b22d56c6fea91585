/** Runs over a cluster of three NATS servers by the command line. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { EXIT } from "@nightjar/core/errors.ts";
import { type NatsCluster, startNatsCluster } from "@nightjar/testkit/nats-cluster.ts";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { cli } from "./child-cli.ts";
import { BRIEF, ChildFleet } from "./child-fleet.ts";

let cluster: NatsCluster;
let fleet: ChildFleet;

beforeAll(async () => {
  cluster = await startNatsCluster();
  const [first, second, third] = cluster.servers;
  fleet = await ChildFleet.start({ url: third.url, stop: () => cluster.stop() });
  await fleet.addAgent("berlin", ["--nats", first.url]);
  await fleet.addAgent("paris", ["--nats", `${second.url},${third.url}`]);
}, 180_000);
afterAll(() => fleet.stop());

test("agents at two servers, a run at the third: each exchange once, and one result", async () => {
  const number = ["--number-header", "x-nightjar-number", "--agents", "2"];
  await fleet.clearLog();
  const { code, err } = await fleet.run(...BRIEF, ...number);
  // Whether the machine was fit to measure is not what is asked here.
  expect([EXIT.pass, EXIT.inconclusive], err).toContain(code as never);
  const numbers = await fleet.numbersAtOrigin();
  const { id, accounting, children } = fleet.written();
  const { due, sent, dropped, unsent, unknown } = accounting;
  // A busy machine may leave some unsent, which it says; none is sent twice, and none is lost.
  expect([due, sent + dropped + unsent, unknown]).toEqual([200, 200, 0]);
  expect([numbers.length, new Set(numbers).size]).toEqual([sent, sent]);
  expect(children.map(({ agent }) => agent?.name)).toEqual(["berlin", "paris"]);
  expect(await cluster.copiesOf(`NIGHTJAR_${id}`)).toBe(3);
  const anywhere = ["run", "collect", id, "--nats", cluster.url, "--output", "json=c.json"];
  expect((await fleet.cli(anywhere)).code).toBe(code);
  expect(fleet.folder.read("c.json")).toBe(fleet.folder.read("r.json"));
}, 120_000);

test("all agents are on the list, whichever server is asked", async () => {
  for (const url of [...cluster.servers.map((server) => server.url), cluster.url]) {
    const { out } = await fleet.cli(["agents", "--nats", url, "--json"]);
    const names = (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(["berlin", "paris"]);
  }
}, 60_000);

test("more replicas than servers are refused in a sentence, before any load", async () => {
  await fleet.clearLog();
  const alone = await startNatsServer();
  const args = ["--agents", "2", "--stream-replicas"];
  const five = await fleet.run(...BRIEF, ...args, "5");
  const elsewhere = ["run", "http://127.0.0.1:9/", "--fleet", alone.url, ...BRIEF];
  const three = await cli([...elsewhere, ...args, "3"]);
  await alone.stop();
  expect(five.err).toContain("there are no 5 servers for a stream\n  without --stream-replicas");
  expect(three.err).toContain("there are no 3 servers for a stream\n  without --stream-replicas");
  expect([five.code, three.code]).toEqual([2, 2]);
  expect(await fleet.numbersAtOrigin()).toEqual([]);
}, 60_000);

test("one replica, where that is wanted", async () => {
  await fleet.run(...BRIEF, "--agents", "2", "--stream-replicas", "1");
  expect(await cluster.copiesOf(`NIGHTJAR_${fleet.written().id}`)).toBe(1);
}, 60_000);
