/** Checks of a Bus: streams. */
import { expect } from "bun:test";
import type { Bus } from "@nightjar/fleet/bus.ts";
import type { BusBench, BusCheck } from "./bus-bench.ts";
import {
  appendAll,
  bytesOf,
  expectFault,
  numbered,
  ROOMY,
  readCount,
  startReading,
  textOf,
  until,
} from "./bus-probe.ts";

export const STREAM_CHECKS: readonly BusCheck[] = [
  { what: "a stream holds what was appended, in order, numbered from 1", check: inOrder },
  { what: "appends of several at once are all kept, each one's in order", check: several },
  { what: "it is read from any sequence on", check: fromTheMiddle },
  { what: "a reader follows what is appended after", check: follows },
  { what: "each of two readers reads all", check: twoReaders },
  { what: "an aborted read ends, waiting or not", check: abortedRead },
  { what: "a read ends at whatever moment it is aborted", check: abortedAtAnyMoment },
  { what: "a stream takes the subjects below its prefix, no others", check: subjects },
  { what: "a stream that exists is left as it is", check: createdTwice },
  { what: "streams are listed by the beginning of their names", check: listing },
  { what: "a deleted stream is gone, and one that is not there is no fault", check: deleted },
  { what: "who reads a stream that is deleted learns it", check: deletedUnderReader },
  { what: "where there is no stream, that is said", check: noSuchStream },
  { what: "a full stream refuses, and keeps what it holds", check: full },
  { what: "a stream of another size keeps what it holds", check: resized },
  { what: "one server has no room for replicas, and that is said", check: replicas },
  { what: "what is too old is let go", check: tooOld },
  { what: "an id that comes again is kept once or twice", check: sameId },
  { what: "the longest payload is stored whole", check: longest },
];

const stateOf = (bus: Bus, { name }: BusBench) => bus.streamState(name);

async function withStream(bench: BusBench, limits = ROOMY): Promise<Bus> {
  const bus = await bench.connect();
  await bus.createStream(bench.name, bench.name, limits);
  return bus;
}

async function inOrder(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  expect((await stateOf(bus, bench)).lastSequence).toBe(0);
  await appendAll(bus, `${bench.name}.up.one`, numbered(50));
  const all = await readCount(bus, bench.name, 1, 50);
  expect(all.map(({ sequence }) => sequence)).toEqual(numbered(50, 1).map(Number));
  expect(all.map(({ payload }) => textOf(payload))).toEqual(numbered(50));
  expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set([`${bench.name}.up.one`]));
  const state = await stateOf(bus, bench);
  expect(state.lastSequence).toBe(50);
  expect(state.bytes).toBeGreaterThan(0);
}

async function several(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  const writers = await Promise.all(numbered(3).map(() => bench.connect()));
  const send = (writer: Bus, of: number) =>
    numbered(40).map((text) =>
      writer.append(`${bench.name}.up.${of}`, bytesOf(text), `${of}-${text}`),
    );
  await Promise.all(writers.flatMap(send));
  const all = await readCount(bus, bench.name, 1, 120);
  for (const of of [0, 1, 2]) {
    const own = all.filter(({ subject }) => subject === `${bench.name}.up.${of}`);
    expect(own.map(({ payload }) => textOf(payload))).toEqual(numbered(40));
  }
  expect((await stateOf(bus, bench)).lastSequence).toBe(120);
}

async function fromTheMiddle(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  await appendAll(bus, `${bench.name}.log`, numbered(10));
  const all = await readCount(bus, bench.name, 8, 3);
  expect(all.map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
  expect(all.map(({ payload }) => textOf(payload))).toEqual(["7", "8", "9"]);
}

async function follows(bench: BusBench): Promise<void> {
  const [bus, writer] = [await withStream(bench), await bench.connect()];
  const reading = startReading(bus, bench.name);
  await appendAll(writer, `${bench.name}.log`, numbered(5));
  await until(() => reading.all.length === 5);
  await appendAll(writer, `${bench.name}.log`, numbered(300, 5));
  await until(() => reading.all.length === 305);
  await reading.stop();
  expect(reading.texts()).toEqual(numbered(305));
  const later = startReading(bus, bench.name, 307);
  await appendAll(writer, `${bench.name}.log`, ["skipped", "wanted"]);
  await until(() => later.all.length === 1);
  await later.stop();
  expect(later.texts()).toEqual(["wanted"]);
}

async function twoReaders(bench: BusBench): Promise<void> {
  const [bus, other] = [await withStream(bench), await bench.connect()];
  await appendAll(bus, `${bench.name}.log`, numbered(20));
  const readings = [startReading(bus, bench.name), startReading(bus, bench.name)];
  readings.push(startReading(other, bench.name));
  await appendAll(bus, `${bench.name}.log`, numbered(20, 20));
  await until(() => readings.every(({ all }) => all.length === 40));
  for (const reading of readings) {
    await reading.stop();
    expect(reading.texts()).toEqual(numbered(40));
  }
}

async function abortedRead(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  const empty = startReading(bus, bench.name);
  await Bun.sleep(50);
  await empty.stop();
  expect(empty.all).toEqual([]);
  await appendAll(bus, `${bench.name}.log`, numbered(20));
  expect((await readCount(bus, bench.name, 1, 3)).length).toBe(3);
  const never: unknown[] = [];
  for await (const one of bus.read(bench.name, 1, AbortSignal.abort())) never.push(one);
  expect(never).toEqual([]);
  for await (const { sequence } of bus.read(bench.name, 5, new AbortController().signal)) {
    expect(sequence).toBe(5);
    break;
  }
}

/** While it is being opened, too. */
async function abortedAtAnyMoment(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  for (let at = 0; at < 60; at++) {
    const aborter = new AbortController();
    const read = Array.fromAsync(bus.read(bench.name, 1, aborter.signal));
    setTimeout(() => aborter.abort(), at % 4);
    expect(await read).toEqual([]);
  }
}

async function subjects(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  await bus.createStream(bench.name, `${bench.name}.run`, ROOMY);
  const within = ["run.head", "run.up.one", "run.up.one.more"];
  for (const tail of within) await bus.append(`${bench.name}.${tail}`, bytesOf(tail), tail);
  for (const tail of ["run", "runs.head", "other.head"])
    await expectFault(bus.append(`${bench.name}.${tail}`, bytesOf(tail), tail), "no such stream");
  const all = await readCount(bus, bench.name, 1, 3);
  expect(all.map(({ subject }) => subject)).toEqual(within.map((tail) => `${bench.name}.${tail}`));
}

async function createdTwice(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  await appendAll(bus, `${bench.name}.log`, numbered(3));
  await bus.createStream(bench.name, bench.name, ROOMY);
  await bus.createStream(bench.name, bench.name, { bytes: 64, ageNs: 1800e9 });
  await bus.append(`${bench.name}.log`, new Uint8Array(1000), "beyond the other limit");
  expect((await stateOf(bus, bench)).lastSequence).toBe(4);
}

async function listing(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  const names = ["A_1", "A_2", "B_1"].map((tail) => `${bench.name}_${tail}`);
  for (const name of names) await bus.createStream(name, name, ROOMY);
  expect((await bus.streams(`${bench.name}_`)).sort()).toEqual(names);
  expect((await bus.streams(`${bench.name}_A`)).sort()).toEqual(names.slice(0, 2));
  expect(await bus.streams(`${bench.name}_C`)).toEqual([]);
}

async function deleted(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  await appendAll(bus, `${bench.name}.log`, numbered(3));
  await bus.deleteStream(bench.name);
  await bus.deleteStream(bench.name);
  expect(await bus.streams(bench.name)).toEqual([]);
  await expectFault(stateOf(bus, bench), "no such stream");
  await bus.createStream(bench.name, bench.name, ROOMY);
  expect((await stateOf(bus, bench)).lastSequence).toBe(0);
}

async function deletedUnderReader(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  await appendAll(bus, `${bench.name}.log`, numbered(3));
  const reading = startReading(bus, bench.name);
  await until(() => reading.all.length === 3);
  await bus.deleteStream(bench.name);
  await expectFault(
    reading.ended.then((error) => Promise.reject(error)),
    "no such stream",
  );
}

async function noSuchStream(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  await expectFault(bus.append(`${bench.name}.log`, bytesOf("x"), "1"), "no such stream");
  await expectFault(stateOf(bus, bench), "no such stream");
  await expectFault(readCount(bus, bench.name, 1, 1), "no such stream");
}

async function full(bench: BusBench): Promise<void> {
  const bus = await withStream(bench, { bytes: 10_000, ageNs: 3600e9 });
  const subject = `${bench.name}.up.one`;
  const kilobyte = "x".repeat(1000);
  let kept = 0;
  const fill = async () => {
    for (; kept < 100; kept++) await bus.append(subject, bytesOf(`${kept} ${kilobyte}`), `${kept}`);
  };
  await expectFault(fill(), "full");
  expect(kept).toBeGreaterThan(4);
  expect(kept).toBeLessThan(10);
  await expectFault(bus.append(subject, bytesOf(kilobyte), "another"), "full");
  const all = await readCount(bus, bench.name, 1, kept);
  expect(all.map(({ payload }) => textOf(payload).split(" ")[0])).toEqual(numbered(kept));
  expect(await stateOf(bus, bench)).toMatchObject({ lastSequence: kept });
}

async function resized(bench: BusBench): Promise<void> {
  const bus = await withStream(bench, { ...ROOMY, bytes: 16 * 1024 });
  const subject = `${bench.name}.log`;
  const large = bytesOf("x".repeat(12 * 1024));
  await bus.append(subject, large, "first");
  await expectFault(bus.append(subject, large, "second"), "full");
  await bus.resizeStream(bench.name, 64 * 1024);
  await bus.append(subject, large, "second again");
  const { bytes } = await stateOf(bus, bench);
  await bus.resizeStream(bench.name, bytes);
  await expectFault(bus.append(subject, large, "third"), "full");
  expect(await readCount(bus, bench.name, 1, 2)).toHaveLength(2);
  await expectFault(bus.resizeStream(`${bench.name}_NOT`, 1024), "no such stream");
}

async function replicas(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  const create = (replicas: number) =>
    bus.createStream(bench.name, bench.name, { ...ROOMY, replicas });
  await expectFault(create(3), "too few servers");
  expect(await bus.streams(bench.name)).toEqual([]);
  await create(1);
  await appendAll(bus, `${bench.name}.log`, numbered(3));
}

async function tooOld(bench: BusBench): Promise<void> {
  const bus = await withStream(bench, { bytes: 10_000, ageNs: 1e9 });
  await appendAll(bus, `${bench.name}.log`, numbered(3));
  await until(async () => (await stateOf(bus, bench)).bytes === 0);
  await appendAll(bus, `${bench.name}.log`, ["young"]);
  const [first] = await readCount(bus, bench.name, 1, 1);
  expect([first.sequence, textOf(first.payload)]).toEqual([4, "young"]);
}

async function sameId(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  const subject = `${bench.name}.log`;
  for (const _ of [1, 2]) await bus.append(subject, bytesOf("same"), "same");
  await bus.append(subject, bytesOf("last"), "last");
  const { lastSequence } = await stateOf(bus, bench);
  const all = await readCount(bus, bench.name, 1, lastSequence);
  const texts = all.map(({ payload }) => textOf(payload));
  expect([texts[0], texts.at(-1)]).toEqual(["same", "last"]);
  expect([2, 3]).toContain(texts.length);
}

async function longest(bench: BusBench): Promise<void> {
  const bus = await withStream(bench);
  const most = Uint8Array.from({ length: bus.maxPayloadBytes }, (_, index) => index % 251);
  await bus.append(`${bench.name}.log`, most, "an-id-of-some-length".repeat(5));
  const [stored] = await readCount(bus, bench.name, 1, 1);
  expect(Buffer.compare(stored.payload, most)).toBe(0);
}
