import { expect, test } from "bun:test";
import {
  appendAll,
  bytesOf,
  expectFault,
  LIMIT_NS,
  numbered,
  ROOMY,
  settled,
  startAppending,
  startReading,
  textOf,
  until,
  withoutRepeats,
} from "@nightjar/testkit/bus-probe.ts";
import { natsScene } from "@nightjar/testkit/nats-scene.ts";
import type { NatsServer } from "@nightjar/testkit/nats-server.ts";
import { type Relay, startRelay } from "@nightjar/testkit/relay.ts";
import { type Bus, BusError } from "../bus.ts";

async function withRelay(server: NatsServer, act: (relay: Relay) => Promise<void>) {
  const relay = await startRelay({ target: { hostname: "127.0.0.1", port: server.port } });
  try {
    await act(relay);
  } finally {
    await relay.stop();
  }
}

test("a server killed amid appends and a read loses nothing that it acknowledged", async () => {
  await natsScene({}, async ({ server, connect, notices }) => {
    const [writer, reader] = [await connect(), await connect()];
    await writer.createStream("RUN", "run", ROOMY);
    const appending = startAppending(writer, "run.up.one");
    const reading = startReading(reader, "RUN");
    for (const kill of [1, 2]) {
      const before = appending.acknowledged.length;
      await until(() => appending.acknowledged.length > before + 100);
      await server.kill();
      await until(() => appending.failures() >= kill);
      await server.start();
    }
    const before = appending.acknowledged.length;
    await until(() => appending.acknowledged.length > before + 100);
    await appending.stop();
    await until(() => reading.texts().at(-1) === appending.acknowledged.at(-1));
    await reading.stop();
    expect(withoutRepeats(reading.texts())).toEqual(appending.acknowledged);
    const sequences = reading.all.map(({ sequence }) => sequence);
    expect(sequences).toEqual(numbered(sequences.length, 1).map(Number));
    expect(notices).toContain(`NATS at ${server.url}: the connection is lost`);
    expect(notices).toContain(`NATS at ${server.url}: the connection is back`);
  });
}, 120_000);

/** Seconds as this process sees them: one that stands still does not count them either. */
function startCounting() {
  let seconds = 0;
  const timer = setInterval(() => seconds++, 1_000);
  return {
    stop: () => {
      clearInterval(timer);
      return seconds;
    },
  };
}

test("a connection that swallows everything is given up within a lease", async () => {
  await natsScene({}, async ({ server, connect }) => {
    await withRelay(server, async (relay) => {
      const [cut, control] = [await connect(`127.0.0.1:${relay.port}`), await connect()];
      await cut.createStream("RUN", "run", ROOMY);
      const reading = startReading(cut, "RUN");
      await appendAll(control, "run.log", numbered(5));
      await until(() => reading.all.length === 5);
      relay.cut({ existing: "silence", fresh: "blackhole" });
      const seconds = startCounting();
      await expectFault(cut.append("run.up.one", bytesOf("swallowed"), "swallowed"), "no answer");
      expect(cut.isConnected).toBe(false);
      expect(seconds.stop()).toBeLessThan(5);
      await expectFault(cut.request("run.log", bytesOf("?"), LIMIT_NS), "no answer");
      cut.publish("news", bytesOf("old"));
      expect(control.isConnected).toBe(true);
      await appendAll(control, "run.log", ["meanwhile"]);
      relay.heal();
      await until(() => cut.isConnected);
      await appendAll(cut, "run.log", ["after"]);
      await until(() => reading.texts().at(-1) === "after");
      await reading.stop();
      const whole = reading.texts().filter((text) => text !== "swallowed");
      expect(whole).toEqual([...numbered(5), "meanwhile", "after"]);
    });
  });
}, 120_000);

/** The connection is torn, and an attempt at another one hangs. */
async function cutAndDialling(relay: Relay, bus: Bus): Promise<void> {
  relay.cut({ existing: "reset", fresh: "blackhole" });
  await until(() => !bus.isConnected && relay.connections === 1);
}

test("what was published into a dead connection is not said later", async () => {
  await natsScene({}, async ({ server, connect }) => {
    await withRelay(server, async (relay) => {
      const [cut, listener] = [await connect(`127.0.0.1:${relay.port}`), await connect()];
      const heard: string[] = [];
      listener.subscribe("news", (payload) => {
        heard.push(textOf(payload));
        return undefined;
      });
      await settled(listener);
      await cutAndDialling(relay, cut);
      for (const _ of numbered(5)) cut.publish("news", bytesOf("old"));
      relay.heal();
      await until(() => cut.isConnected);
      cut.publish("news", bytesOf("new"));
      await until(() => heard.length > 0);
      expect(heard).toEqual(["new"]);
    });
  });
}, 120_000);

test("a closed bus ends what was read by it, even while it dials in vain", async () => {
  await natsScene({}, async ({ server, connect }) => {
    await withRelay(server, async (relay) => {
      const bus = await connect(`127.0.0.1:${relay.port}`);
      await bus.createStream("RUN", "run", ROOMY);
      const [one, other] = [startReading(bus, "RUN"), startReading(await connect(), "RUN")];
      await cutAndDialling(relay, bus);
      await bus.close();
      expect(await one.ended).toBeInstanceOf(BusError);
      await other.stop();
    });
  });
}, 120_000);

const CLOSES_WHEN_LOST = `
  const [, module, servers] = process.argv;
  const { connectNats } = await import(module);
  const bus = await connectNats({ servers, name: "child" });
  console.log("connected");
  while (bus.isConnected) await Bun.sleep(5);
  console.log("lost");
  await Bun.stdin.text();
  await bus.close();
`;

const module = new URL("connect.ts", import.meta.url).pathname;

test("nothing of a closed bus keeps a process from ending, not even a dial in vain", async () => {
  await natsScene({}, async ({ server }) => {
    await withRelay(server, async (relay) => {
      const child = Bun.spawn(
        [process.execPath, "-e", CLOSES_WHEN_LOST, module, `127.0.0.1:${relay.port}`],
        { stdin: "pipe", stdout: "pipe", stderr: "inherit", timeout: 20_000 },
      );
      for await (const bytes of child.stdout) {
        const said = textOf(bytes);
        if (said.includes("connected")) relay.cut({ existing: "reset", fresh: "blackhole" });
        if (said.includes("lost")) await until(() => relay.connections === 1);
        if (said.includes("lost")) child.stdin.end();
      }
      expect(await child.exited).toBe(0);
    });
  });
}, 120_000);
