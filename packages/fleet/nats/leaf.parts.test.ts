/** Agents behind a leaf node: a nats-server that dials another one, which has the streams. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type NatsServer, startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { freePort } from "@nightjar/testkit/processes.ts";
import { type Relay, startRelay } from "@nightjar/testkit/relay.ts";
import type { Bus, BusError } from "../bus.ts";
import { connectNats } from "./connect.ts";

const LIMITS = { bytes: 1e6, ageNs: 60e9 };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (said: string) => new TextEncoder().encode(said);

let hub: NatsServer;
let way: Relay;
let remotes: string;
let coordinator: Bus;

beforeAll(async () => {
  const port = freePort();
  hub = await startNatsServer({
    more: `leafnodes { listen: "127.0.0.1:${port}", no_advertise: true }`,
  });
  way = await startRelay({ target: { hostname: "127.0.0.1", port } });
  remotes = `leafnodes { remotes: [ { urls: ["nats://127.0.0.1:${way.port}"] } ], reconnect: 1 }`;
  coordinator = await connectNats({ name: "coordinator", servers: hub.url });
}, 120_000);

afterAll(async () => {
  await coordinator.close();
  await way.stop();
  await hub.stop();
});

/** Until the leaf is joined to its hub, nobody beyond it answers. */
async function again<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === 300) throw error;
      await Bun.sleep(100);
    }
  }
}

async function faultOf(bus: Bus, subject: string): Promise<string> {
  return bus.append(subject, bytes("lost?"), "2").then(
    () => "none",
    (error: BusError) => error.fault,
  );
}

async function playAt(leaf: NatsServer, name: string): Promise<string[]> {
  const notices: string[] = [];
  const access = { servers: leaf.url, appendsOnly: true };
  const onNotice = (sentence: string) => void notices.push(sentence);
  const agent = await connectNats({ name, ...access, onNotice });
  agent.subscribe(`agent.${name}`, () => bytes("here"));
  const ask = () => coordinator.request(`agent.${name}`, bytes("?"), 1e9);
  expect(text(await again(ask))).toBe("here");

  await coordinator.createStream(`S-${name}`, `run.${name}`, LIMITS);
  await again(() => agent.append(`run.${name}.up`, bytes("one"), "1"));

  way.cut({ existing: "reset", fresh: "refuse" });
  while ((await faultOf(agent, `run.${name}.up`)) === "none") await Bun.sleep(100);
  expect(await faultOf(agent, `run.${name}.up`)).toBe("no answer");
  way.heal();
  await again(() => agent.append(`run.${name}.up`, bytes("three"), "3"));

  const seen: string[] = [];
  const done = new AbortController();
  for await (const { payload } of coordinator.read(`S-${name}`, 1, done.signal)) {
    seen.push(text(payload));
    if (seen.at(-1) === "three") break;
  }
  expect([seen[0], seen.at(-1)]).toEqual(["one", "three"]);
  await coordinator.deleteStream(`S-${name}`);
  await agent.close();
  return notices;
}

test("a leaf without streams is asked, heard and appended to, and gives nothing up", async () => {
  const leaf = await startNatsServer({ jetStream: false, more: remotes });
  const notices = await playAt(leaf, "plain");
  await leaf.stop();
  expect(notices).toEqual([
    expect.stringMatching(/^NATS at \S+: it has no JetStream: as the leaf node .* it will do$/),
  ]);
}, 120_000);

test("a leaf with streams of its own, in a domain of its own", async () => {
  const leaf = await startNatsServer({ domain: "leaf", more: remotes });
  expect(await playAt(leaf, "own")).toEqual([]);
  await leaf.stop();
}, 120_000);

test("who makes streams does so at the hub", async () => {
  const leaf = await startNatsServer({ jetStream: false, more: remotes });
  const failure = await connectNats({ name: "run", servers: leaf.url }).catch((error) => error);
  await leaf.stop();
  expect(failure.message).toContain("JetStream is not enabled there");
  expect(failure.hint).toContain("the server to which this one is a leaf node");
}, 120_000);
