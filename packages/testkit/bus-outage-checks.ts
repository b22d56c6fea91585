/** Checks of a Bus: a broker that goes away and comes back. */
import { expect } from "bun:test";
import type { Bus } from "@nightjar/fleet/bus.ts";
import type { BusBench, BusCheck } from "./bus-bench.ts";
import {
  appendAll,
  bytesOf,
  expectFault,
  LIMIT_NS,
  numbered,
  ROOMY,
  settled,
  startReading,
  textOf,
  until,
} from "./bus-probe.ts";

export const OUTAGE_CHECKS: readonly BusCheck[] = [
  { what: "without a broker nothing is kept for later, nothing hangs", check: nothingForLater },
  { what: "who listened goes on listening after it is back", check: listensAgain },
  { what: "a request under way fails when the broker goes", check: requestUnderWay },
  { what: "a reader goes on where it was, without a hole", check: readsOn },
];

async function outage(bench: BusBench, buses: readonly Bus[], during: () => Promise<void>) {
  await bench.broker.goAway();
  try {
    await until(() => buses.every(({ isConnected }) => !isConnected));
    await during();
  } finally {
    await bench.broker.comeBack();
  }
  await until(() => buses.every(({ isConnected }) => isConnected));
}

async function nothingForLater(bench: BusBench): Promise<void> {
  const [bus, other] = [await bench.connect(), await bench.connect()];
  const heard: string[] = [];
  other.subscribe(`${bench.name}.news`, (payload) => {
    heard.push(textOf(payload));
    return undefined;
  });
  other.subscribe(`${bench.name}.echo`, (payload) => payload);
  await bus.createStream(bench.name, `${bench.name}.run`, ROOMY);
  await settled(other);
  await outage(bench, [bus, other], async () => {
    bus.publish(`${bench.name}.news`, bytesOf("old"));
    await expectFault(bus.request(`${bench.name}.echo`, bytesOf("?"), LIMIT_NS), "no answer");
    await expectFault(bus.append(`${bench.name}.run.log`, bytesOf("x"), "1"), "no answer");
    await expectFault(bus.streamState(bench.name), "no answer");
    await expectFault(bus.streams(bench.name), "no answer");
  });
  await settled(other);
  bus.publish(`${bench.name}.news`, bytesOf("new"));
  await until(() => heard.length > 0);
  expect(heard).toEqual(["new"]);
  expect((await bus.streamState(bench.name)).lastSequence).toBe(0);
}

async function listensAgain(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  server.subscribe(`${bench.name}.echo`, (payload) => payload);
  await settled(server);
  await outage(bench, [server, asker], async () => {
    server.subscribe(`${bench.name}.added`, () => bytesOf("added meanwhile"));
  });
  await settled(server);
  const ask = async (tail: string) =>
    textOf(await asker.request(`${bench.name}.${tail}`, bytesOf("here"), LIMIT_NS));
  expect(await ask("echo")).toBe("here");
  expect(await ask("added")).toBe("added meanwhile");
}

async function requestUnderWay(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  let asked = 0;
  server.subscribe(`${bench.name}.mute`, () => {
    asked++;
    return undefined;
  });
  await settled(server);
  const failed = expectFault(
    asker.request(`${bench.name}.mute`, bytesOf("?"), LIMIT_NS),
    "no answer",
  );
  await until(() => asked === 1);
  await outage(bench, [server, asker], () => failed);
}

async function readsOn(bench: BusBench): Promise<void> {
  const [bus, writer] = [await bench.connect(), await bench.connect()];
  await bus.createStream(bench.name, bench.name, ROOMY);
  await appendAll(writer, `${bench.name}.log`, numbered(200));
  const reading = startReading(bus, bench.name);
  await until(() => reading.all.length > 0);
  await outage(bench, [bus, writer], async () => {});
  await appendAll(writer, `${bench.name}.log`, numbered(200, 200));
  await until(() => reading.texts().at(-1) === "399");
  await reading.stop();
  expect([...new Set(reading.texts())]).toEqual(numbered(400));
}
