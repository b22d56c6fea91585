/** Checks of a Bus: publishing, asking, listening and closing. */
import { expect } from "bun:test";
import type { BusBench, BusCheck } from "./bus-bench.ts";
import {
  bytesOf,
  expectFault,
  expectRefusal,
  LIMIT_NS,
  numbered,
  settled,
  textOf,
  until,
} from "./bus-probe.ts";

export const MESSAGE_CHECKS: readonly BusCheck[] = [
  { what: "there is a connection, until it is closed", check: connectedUntilClosed },
  { what: "what is published to nobody is no fault", check: publishToNobody },
  { what: "what is published reaches all who listen, in order", check: publishToAll },
  { what: "who has unsubscribed hears no more, the others do", check: unsubscribe },
  { what: "`.*` is one token, no fewer and no more", check: wildcard },
  { what: "any bytes arrive as they were, and none too", check: anyBytes },
  { what: "a request is answered by who listens", check: answered },
  { what: "each of many requests at once has its own answer", check: manyRequests },
  { what: "a request that nobody listens to fails at once", check: nobodyListens },
  { what: "a request that is not answered fails at its limit", check: unanswered },
  { what: "the longest payload passes each way, a longer one is refused", check: longest },
  { what: "what was published before the close leaves", check: leavesBeforeClose },
  { what: "after the close nothing is sent and nothing answered", check: closed },
];

async function connectedUntilClosed(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  expect(bus.isConnected).toBe(true);
  await bus.close();
  expect(bus.isConnected).toBe(false);
  await bus.close();
}

async function publishToNobody(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  bus.publish(`${bench.name}.nobody`, bytesOf("lost"));
  await settled(bus);
  expect(bus.isConnected).toBe(true);
}

/** What `bus` hears, as `subject=text`. */
async function listen(bus: Awaited<ReturnType<BusBench["connect"]>>, subject: string) {
  const heard: string[] = [];
  const unsubscribe = bus.subscribe(subject, (payload, of) => {
    heard.push(`${of}=${textOf(payload)}`);
    return undefined;
  });
  await settled(bus);
  return { heard, unsubscribe };
}

async function publishToAll(bench: BusBench): Promise<void> {
  const [one, other, speaker] = [
    await bench.connect(),
    await bench.connect(),
    await bench.connect(),
  ];
  const subject = `${bench.name}.news`;
  const all = [
    await listen(one, subject),
    await listen(one, subject),
    await listen(other, subject),
  ];
  const own = await listen(speaker, subject);
  for (const text of numbered(100)) speaker.publish(subject, bytesOf(text));
  const expected = numbered(100).map((text) => `${subject}=${text}`);
  await until(() => [...all, own].every(({ heard }) => heard.length === 100));
  for (const { heard } of [...all, own]) expect(heard).toEqual(expected);
}

async function unsubscribe(bench: BusBench): Promise<void> {
  const [bus, speaker] = [await bench.connect(), await bench.connect()];
  const subject = `${bench.name}.news`;
  const [leaver, stayer] = [await listen(bus, subject), await listen(bus, subject)];
  speaker.publish(subject, bytesOf("first"));
  await until(() => stayer.heard.length === 1 && leaver.heard.length === 1);
  leaver.unsubscribe();
  leaver.unsubscribe();
  await settled(bus);
  speaker.publish(subject, bytesOf("second"));
  await until(() => stayer.heard.length === 2);
  expect(leaver.heard).toEqual([`${subject}=first`]);
}

async function wildcard(bench: BusBench): Promise<void> {
  const [bus, speaker] = [await bench.connect(), await bench.connect()];
  const { name } = bench;
  const { heard } = await listen(bus, `${name}.a.*`);
  const last = await listen(bus, `${name}.last`);
  for (const tail of ["a", "a.one", "a.one.more", "ab.one", "b.one", "a.two", "last"])
    speaker.publish(`${name}.${tail}`, bytesOf("x"));
  await until(() => last.heard.length === 1);
  expect(heard).toEqual([`${name}.a.one=x`, `${name}.a.two=x`]);
}

async function anyBytes(bench: BusBench): Promise<void> {
  const [bus, speaker] = [await bench.connect(), await bench.connect()];
  const subject = `${bench.name}.bytes`;
  const every = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
  const heard: Uint8Array[] = [];
  bus.subscribe(subject, (payload) => {
    heard.push(payload);
    return undefined;
  });
  await settled(bus);
  for (const payload of [every, new Uint8Array(), every]) speaker.publish(subject, payload);
  await until(() => heard.length === 3);
  expect(heard.map((payload) => [...payload])).toEqual([[...every], [], [...every]]);
}

async function answered(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  server.subscribe(`${bench.name}.*`, (payload, subject) =>
    bytesOf(`${subject} was asked ${textOf(payload)}`),
  );
  await settled(server);
  const answer = await asker.request(`${bench.name}.q`, bytesOf("why"), LIMIT_NS);
  expect(textOf(answer)).toBe(`${bench.name}.q was asked why`);
  expect((await echoOf(server, asker, `${bench.name}-empty`, new Uint8Array())).length).toBe(0);
}

async function echoOf(
  server: Awaited<ReturnType<BusBench["connect"]>>,
  asker: typeof server,
  subject: string,
  payload: Uint8Array,
): Promise<Uint8Array> {
  const stop = server.subscribe(subject, (asked) => asked);
  await settled(server);
  const answer = await asker.request(subject, payload, LIMIT_NS);
  stop();
  return answer;
}

async function manyRequests(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  const subject = `${bench.name}.echo`;
  server.subscribe(subject, (payload) => payload);
  await settled(server);
  const answers = await Promise.all(
    numbered(200).map((text) => asker.request(subject, bytesOf(text), LIMIT_NS)),
  );
  expect(answers.map(textOf)).toEqual(numbered(200));
}

async function nobodyListens(bench: BusBench): Promise<void> {
  const bus = await bench.connect();
  await expectFault(bus.request(`${bench.name}.nobody`, bytesOf("?"), LIMIT_NS), "no answer");
}

async function unanswered(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  const subject = `${bench.name}.mute`;
  let asked = 0;
  server.subscribe(subject, () => {
    asked++;
    return undefined;
  });
  await settled(server);
  await expectFault(asker.request(subject, bytesOf("?"), 200e6), "no answer");
  expect(asked).toBe(1);
}

async function longest(bench: BusBench): Promise<void> {
  const [server, asker] = [await bench.connect(), await bench.connect()];
  const most = Uint8Array.from({ length: asker.maxPayloadBytes }, (_, index) => index % 251);
  const more = new Uint8Array(most.length + 1);
  const subject = `${bench.name}.long`;
  const published = await listen(server, `${bench.name}.published`);
  asker.publish(`${bench.name}.published`, most);
  await until(() => published.heard.length === 1);
  expect(await echoOf(server, asker, subject, most)).toEqual(most);
  await expectRefusal(() => asker.publish(subject, more));
  await expectRefusal(() => asker.request(subject, more, LIMIT_NS));
  await expectRefusal(() => asker.append(subject, more, "more"));
  expect(asker.isConnected).toBe(true);
}

async function leavesBeforeClose(bench: BusBench): Promise<void> {
  const [bus, speaker] = [await bench.connect(), await bench.connect()];
  const { heard } = await listen(bus, `${bench.name}.last`);
  const long = new Uint8Array(Math.min(speaker.maxPayloadBytes, 100_000));
  for (const _ of numbered(200)) speaker.publish(`${bench.name}.last`, long);
  await speaker.close();
  await until(() => heard.length === 200);
}

async function closed(bench: BusBench): Promise<void> {
  const [bus, other] = [await bench.connect(), await bench.connect()];
  const { heard } = await listen(other, `${bench.name}.news`);
  other.subscribe(`${bench.name}.echo`, (payload) => payload);
  await settled(other);
  await bus.close();
  bus.publish(`${bench.name}.news`, bytesOf("too late"));
  await expectFault(bus.request(`${bench.name}.echo`, bytesOf("?"), LIMIT_NS), "no answer");
  await expectFault(bus.append(`${bench.name}.x`, bytesOf("?"), "1"), "no answer");
  const answer = await other.request(`${bench.name}.echo`, bytesOf("still"), LIMIT_NS);
  expect(textOf(answer)).toBe("still");
  expect(heard).toEqual([]);
}
