/**
 * Three nats-servers that are one cluster: what a Bus of it outlasts, and what it cannot. They take
 * 4 to 9 s to choose a leader anew, and now and then more than once: the tests have time.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  bytesOf,
  expectFault,
  LIMIT_NS,
  numbered,
  ROOMY,
  readCount,
  startAppending,
  startReading,
  textOf,
  until,
  withoutRepeats,
} from "@nightjar/testkit/bus-probe.ts";
import { type NatsCluster, startNatsCluster } from "@nightjar/testkit/nats-cluster.ts";
import { type Bus, BusError } from "../bus.ts";
import { connectNats } from "./connect.ts";

const STORE_BYTES = 64e6;

let cluster: NatsCluster;
const notices: string[] = [];
const open: Bus[] = [];

beforeAll(async () => {
  cluster = await startNatsCluster(3, { storeBytes: STORE_BYTES });
}, 180_000);

afterAll(async () => {
  for (const bus of open) await bus.close();
  await cluster?.stop();
});

async function connectTo(servers: string): Promise<Bus> {
  const onNotice = (sentence: string) => void notices.push(sentence);
  const bus = await connectNats({ servers, name: "test", onNotice });
  open.push(bus);
  return bus;
}

const connectAt = (at: number) => connectTo(cluster.servers[at].url);

/** What is refused for the moment, while servers choose a leader, is asked again. */
async function insisting<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof BusError && error.fault === "no answer")) throw error;
      await Bun.sleep(50);
    }
  }
}

test("a stream is on three servers, or on as many as are wanted", async () => {
  const bus = await connectAt(0);
  await insisting(() => bus.createStream("THREE", "three", ROOMY));
  await insisting(() => bus.createStream("TWO", "two", { ...ROOMY, replicas: 2 }));
  await insisting(() => bus.createStream("ONE", "one", { ...ROOMY, replicas: 1 }));
  const copies = ["THREE", "TWO", "ONE"].map((name) => cluster.copiesOf(name));
  expect(await Promise.all(copies)).toEqual([3, 2, 1]);
  await expectFault(bus.createStream("FIVE", "five", { ...ROOMY, replicas: 5 }), "too few servers");
  for (const name of ["THREE", "TWO", "ONE"]) await insisting(() => bus.deleteStream(name));
  expect(notices).toEqual([]);
}, 180_000);

test("a cluster without room for a stream says that it is full", async () => {
  const bus = await connectAt(1);
  const large = { ...ROOMY, bytes: 2 * STORE_BYTES };
  for (const limits of [large, { ...large, replicas: 1 }, { ...large, replicas: 3 }]) {
    const refused = insisting(() => bus.createStream("LARGE", "large", limits));
    await expectFault(refused, "full");
    await expect(refused).rejects.toThrow(/insufficient storage: it sets aside 123 MiB/);
  }
}, 180_000);

test("who is at one server hears, asks and reads what is said at another", async () => {
  const [one, two, three] = await Promise.all([0, 1, 2].map(connectAt));
  one.subscribe("question", () => bytesOf("answer"));
  const answer = await insisting(() => two.request("question", bytesOf("?"), LIMIT_NS));
  expect(textOf(answer)).toBe("answer");
  await insisting(() => three.createStream("RUN", "run", ROOMY));
  for (const [at, bus] of [one, two, three].entries())
    await insisting(() => bus.append(`run.up.${at}`, bytesOf(`${at}`), `${at}`));
  for (const bus of [one, two, three])
    expect((await readCount(bus, "RUN", 1, 3)).map(({ payload }) => textOf(payload))).toEqual(
      numbered(3),
    );
  await insisting(() => three.deleteStream("RUN"));
}, 180_000);

test("each server in turn is killed amid appends and a read, and nothing is lost", async () => {
  const [writer, reader] = [await connectAt(0), await connectAt(1)];
  await insisting(() => writer.createStream("TURN", "turn", ROOMY));
  const appending = startAppending(writer, "turn.up.one", 5);
  const reading = startReading(reader, "TURN");
  const more = async () => {
    const [appended, read] = [appending.acknowledged.length, reading.all.length];
    await until(() => appending.acknowledged.length > appended + 100);
    await until(() => reading.all.length > read + 100);
  };
  for (const server of cluster.servers) {
    await more();
    await server.kill();
    await more();
    await cluster.mend();
  }
  await more();
  await appending.stop();
  await until(() => reading.texts().at(-1) === appending.acknowledged.at(-1));
  await reading.stop();
  expect(withoutRepeats(reading.texts())).toEqual(appending.acknowledged);
  const sequences = reading.all.map(({ sequence }) => sequence);
  expect(sequences).toEqual(numbered(sequences.length, 1).map(Number));
  expect(notices.join("\n")).toMatch(/the connection is back, by 127\.0\.0\.1:\d+$/m);
  await insisting(() => reader.deleteStream("TURN"));
}, 180_000);

test("a stream on one server is away with it, which is said, and back with it", async () => {
  const maker = await connectAt(0);
  await insisting(() => maker.createStream("AWAY", "away", { ...ROOMY, replicas: 1 }));
  const leader = await cluster.leaderOf("AWAY");
  const bus = await connectAt((leader + 1) % 3);
  await insisting(() => bus.append("away.log", bytesOf("before"), "before"));
  notices.length = 0;
  await cluster.servers[leader].kill();
  const away = "nothing is stored under away.log: is a server that has its stream away?";
  await until(async () => {
    const error = await bus.append("away.log", bytesOf("lost"), "lost").catch((reason) => reason);
    expect(error).toMatchObject({ name: "BusError", fault: "no answer" });
    return notices.some((notice) => notice.endsWith(away));
  });
  await expectFault(bus.streamState("AWAY"), "no answer");
  expect(bus.isConnected).toBe(true);
  await cluster.mend();
  await insisting(() => bus.append("away.log", bytesOf("after"), "after"));
  const all = await readCount(bus, "AWAY", 1, 2);
  expect(all.map(({ payload }) => textOf(payload))).toEqual(["before", "after"]);
  expect(notices.at(-1)).toEndWith("what is said under away.log is stored again");
  await insisting(() => bus.deleteStream("AWAY"));
}, 180_000);

test("one address of the cluster is enough, though its server goes; so are several", async () => {
  const [first, second] = cluster.servers;
  const [byOne, byAll] = [await connectTo(first.url), await connectTo(cluster.url)];
  await first.kill();
  await until(() => byOne.isConnected && byAll.isConnected);
  await insisting(() => byOne.streams(""));
  const late = await connectTo(`${first.url},${second.url}`);
  await insisting(() => late.streams(""));
  await cluster.mend();
}, 180_000);

test("a cluster that has no three servers keeps a stream on one, and says so", async () => {
  const two = await startNatsCluster(2);
  const bus = await connectTo(two.url);
  try {
    await insisting(() => bus.createStream("RUN", "run", ROOMY));
    expect(await two.copiesOf("RUN")).toBe(1);
    expect(notices.at(-1)).toMatch(/: the stream RUN is on one server, and away when that is: no /);
  } finally {
    await two.stop();
  }
}, 180_000);
