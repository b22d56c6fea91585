import { expect, test } from "bun:test";
import {
  bytesOf,
  expectFault,
  LIMIT_NS,
  ROOMY,
  readCount,
  until,
} from "@nightjar/testkit/bus-probe.ts";
import { makeNatsOperator } from "@nightjar/testkit/nats-operator.ts";
import { natsScene } from "@nightjar/testkit/nats-scene.ts";
import { connectNats } from "./connect.ts";

test("what an account may not do is refused, and said", async () => {
  const users = [
    { user: "all", password: "all" },
    {
      user: "agent",
      password: "agent",
      mayPublish: ["run.up.one", "_INBOX.>"],
      maySubscribe: ["_INBOX.>"],
    },
  ];
  await natsScene({ users }, async ({ server, connect, notices }) => {
    const as = (user: string) => connect(server.url.replace("//", `//${user}:${user}@`));
    const [all, agent] = [await as("all"), await as("agent")];
    await all.createStream("RUN", "run", ROOMY);
    await agent.append("run.up.one", bytesOf("mine"), "1");
    await expectFault(agent.append("run.log", bytesOf("not mine"), "2"), "not allowed");
    await expectFault(agent.request("secret", bytesOf("?"), LIMIT_NS), "not allowed");
    await expectFault(agent.createStream("OTHER", "other", ROOMY), "not allowed");
    await expectFault(agent.streamState("RUN"), "not allowed");
    await expectFault(agent.streams(""), "not allowed");
    await expectFault(readCount(agent, "RUN", 1, 1), "not allowed");
    agent.subscribe("secret", () => undefined);
    agent.publish("secret", bytesOf("told"));
    for (const what of ["Publish", "Subscription"])
      await until(() => notices.some((notice) => notice.includes(`${what} to "secret"`)));
    expect(agent.isConnected).toBe(true);
    expect((await readCount(all, "RUN", 1, 1)).length).toBe(1);
  });
}, 120_000);

test("credentials that expire end the connection, and that is said once", async () => {
  const operator = makeNatsOperator();
  await natsScene({ more: operator.configuration }, async ({ server }) => {
    const notices: string[] = [];
    const bus = await connectNats({
      servers: server.url,
      name: "test",
      credentials: operator.credentials(2),
      onNotice: (notice) => void notices.push(notice),
    });
    await until(() => !bus.isConnected);
    await until(() => notices.some((notice) => /Authorization|Authentication/.test(notice)));
    await Bun.sleep(2_000);
    expect(bus.isConnected).toBe(false);
    const repeated = notices.filter((notice, index) => notice === notices[index + 1]);
    expect(repeated).toEqual([]);
    await bus.close();
  });
}, 120_000);

test("a store that has no room for the stream says so", async () => {
  await natsScene({ storeBytes: 1e6 }, async ({ connect }) => {
    const bus = await connect();
    const refused = bus.createStream("RUN", "run", { ...ROOMY, bytes: 2e6 });
    await expectFault(refused, "full");
    await expect(refused).rejects.toThrow(
      "it sets aside 2 MiB for each stream until it is deleted",
    );
    await bus.createStream("RUN", "run", { ...ROOMY, bytes: 0.9e6 });
  });
});

test("a subject that another stream has is not given to a second", async () => {
  await natsScene({}, async ({ connect }) => {
    const bus = await connect();
    await bus.createStream("ALL", "run", ROOMY);
    await expectFault(bus.createStream("ONE", "run.one", ROOMY), "not allowed");
  });
});
