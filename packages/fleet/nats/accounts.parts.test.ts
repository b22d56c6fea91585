/** Accounts with the rights of the table in docs/fleet.md, and no others, are enough, and do. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { realClock } from "@nightjar/core/run/clock.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { agentHere, orderHere, runHere } from "@nightjar/testkit/agents-here.ts";
import {
  bytesOf,
  expectFault,
  LIMIT_NS,
  ROOMY,
  readCount,
  until,
} from "@nightjar/testkit/bus-probe.ts";
import { natsScene } from "@nightjar/testkit/nats-scene.ts";
import type { NatsUser } from "@nightjar/testkit/nats-server.ts";
import type { Bus } from "../bus.ts";
import { Roster } from "../coordinator/roster.ts";
import { collect } from "../fold/collect.ts";
import { agentSubject, headSubject, heartbeatSubject, streamName, upSubject } from "../subjects.ts";

const DOCUMENT = join(import.meta.dir, "../../../docs/fleet.md");

/** The rows of the table: who, what it may publish, what it may subscribe to. */
function usersInDocument(): NatsUser[] {
  const rows = readFileSync(DOCUMENT, "utf8").matchAll(/^\| (\w+) \| (`.*`.*) \| (`.*`) \|$/gm);
  return [...rows].map(([, user, publish, subscribe]) => ({
    ...{ user, password: user },
    mayPublish: subjectsIn(publish),
    maySubscribe: subjectsIn(subscribe),
    mayRespond: publish.includes("answers"),
  }));
}

function subjectsIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, subject]) => subject);
}

const clock = realClock(monotonicNs);

type As = (user: string) => Promise<Bus>;

async function fleetOf(use: (as: As, notices: readonly string[]) => Promise<void>) {
  const users = [...usersInDocument(), { user: "all", password: "all" }];
  await natsScene({ users }, ({ server, connect, notices }) =>
    use((user) => connect(server.url.replace("//", `//${user}:${user}@`)), notices),
  );
}

test("the document has a row for each", () => {
  expect(usersInDocument().map(({ user }) => user)).toEqual([
    ...["agent", "coordinator", "reader"],
  ]);
});

test("agents send, a coordinator leads, a reader collects, and nobody is refused", async () => {
  await fleetOf(async (as, notices) => {
    const agents = [agentHere(await as("agent"), "one"), agentHere(await as("agent"), "two")];
    const order = orderHere(2);
    const result = await runHere(order, await as("coordinator"));
    expect(result.verdict.outcome).toBe("pass");
    const reader = await as("reader");
    const again = (await collect(reader, order.runId)).result((bytes) => bytes);
    expect(again).toEqual(result);
    await expect(collect(reader, "no-such-run")).rejects.toThrow("keeps no run no-such-run");
    const roster = new Roster(reader, clock);
    await roster.callRoll();
    expect(
      roster
        .present()
        .map(({ facts }) => facts.name)
        .sort(),
    ).toEqual(["one", "two"]);
    roster.close();
    for (const { agent } of agents) {
      agent.leave("the test is over");
      await agent.gone;
    }
    expect(notices).toEqual([]);
  });
}, 120_000);

test("a run that was aborted leaves no stream, and its agents are free at once", async () => {
  await fleetOf(async (as, notices) => {
    const fails = () => Promise.reject(new Error("no room"));
    const { agent } = agentHere(await as("agent"), "one", fails);
    const coordinator = await as("coordinator");
    await expect(runHere(orderHere(1), coordinator)).rejects.toThrow("no room");
    await until(() => agent.state.is === "idle");
    expect(await coordinator.streams("NIGHTJAR_")).toEqual([]);
    expect(notices).toEqual([]);
    agent.leave("the test is over");
  });
}, 120_000);

test("an agent reads no run, writes for no coordinator, and asks no other agent", async () => {
  await fleetOf(async (as) => {
    const [agent, all] = [await as("agent"), await as("all")];
    await all.createStream(streamName("r"), "nightjar.run.r", ROOMY);
    await agent.append(upSubject("r", "0"), bytesOf("mine"), "1");
    await expectFault(agent.append(headSubject("r"), bytesOf("no"), "2"), "not allowed");
    await expectFault(agent.append("nightjar.run.r.log", bytesOf("no"), "3"), "not allowed");
    await expectFault(readCount(agent, streamName("r"), 1, 1), "not allowed");
    await expectFault(agent.streamState(streamName("r")), "not allowed");
    await expectFault(agent.deleteStream(streamName("r")), "not allowed");
    await expectFault(agent.createStream("OTHER", "other", ROOMY), "not allowed");
    await expectFault(agent.request(agentSubject("x"), bytesOf("?"), LIMIT_NS), "not allowed");
    expect((await all.streamState(streamName("r"))).lastSequence).toBe(1);
  });
}, 120_000);

test("a coordinator speaks for no agent, and a reader changes nothing", async () => {
  await fleetOf(async (as, notices) => {
    const [coordinator, reader, all] = [
      await as("coordinator"),
      await as("reader"),
      await as("all"),
    ];
    const heard: string[] = [];
    all.subscribe(heartbeatSubject("*"), (_, subject) => {
      heard.push(subject);
      return undefined;
    });
    await all.createStream(streamName("r"), "nightjar.run.r", ROOMY);
    await expectFault(coordinator.append(upSubject("r", "0"), bytesOf("no"), "1"), "not allowed");
    coordinator.publish(heartbeatSubject("x"), bytesOf("no"));
    for (const subject of [headSubject("r"), upSubject("r", "0")])
      await expectFault(reader.append(subject, bytesOf("no"), "2"), "not allowed");
    await expectFault(reader.deleteStream(streamName("r")), "not allowed");
    await expectFault(reader.request(agentSubject("x"), bytesOf("?"), LIMIT_NS), "not allowed");
    await until(() => notices.some((notice) => notice.includes("nightjar.heartbeat.x")));
    expect(heard).toEqual([]);
  });
}, 120_000);
