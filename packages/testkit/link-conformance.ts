/**
 * What every Link keeps to, whatever carries it: memory, a pipe or a bus. In real time, and nothing
 * is judged by how fast it was. What a child sends may overtake; what a parent sends may not.
 */
import { describe, expect, test } from "bun:test";
import { realClock } from "@nightjar/core/run/clock.ts";
import type { Link, Message } from "@nightjar/core/run/link.ts";
import type { LoadGenerator, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { remote, serve } from "@nightjar/core/run/remote.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { Ear, type LinkCheck, type LinkPair, unpacked } from "./link-bench.ts";
import { downMessages, intervalOf, manySnapshots, orderWith, upMessages } from "./link-messages.ts";

export type { LinkPair };

const TEST_LIMIT_MS = 120_000;
/** In which something that may not come would have come. */
const WHILE_MS = 100;
const ASSET_BYTES = 8 * 1024 * 1024;

/** Defines the tests of one kind of Link. `make`: a fresh pair for each. */
export function linkConformance(kind: string, make: () => Promise<LinkPair> | LinkPair): void {
  describe(`${kind} is a Link:`, () => {
    for (const { what, check } of CHECKS) test(what, () => tryCheck(make, check), TEST_LIMIT_MS);
  });
}

async function tryCheck(make: () => Promise<LinkPair> | LinkPair, check: LinkCheck["check"]) {
  const pair = await make();
  try {
    await check(pair);
  } finally {
    await pair.dispose();
  }
}

const CHECKS: readonly LinkCheck[] = [
  { what: "each kind of message of a parent arrives as it was, in order", check: downEqual },
  { what: "each kind of message of a child arrives as it was", check: upEqual },
  { what: "hundreds of messages of a parent arrive in order", check: downInOrder },
  { what: "hundreds of snapshots arrive", check: manyUp },
  { what: "both ends send at once", check: bothWays },
  { what: "8 MB of files arrive byte for byte", check: largeAssets },
  { what: "a closed end has one reason, and its messages end", check: closedEnd },
  { what: "what came before the close is still read", check: readAfterClose },
  { what: "what is sent by a closed end does not arrive", check: sendAfterClose },
  { what: "one end that closes closes the other, where it is told", check: closesTogether },
  { what: "a message seen twice changes nothing", check: twice },
];

async function downEqual({ parent, child }: LinkPair): Promise<void> {
  const ear = new Ear(child);
  const messages = downMessages();
  for (const message of messages) parent.send(message);
  expect(await ear.until(messages.length)).toEqual(messages);
}

async function upEqual({ parent, child }: LinkPair): Promise<void> {
  const ear = new Ear(parent);
  const messages = await upMessages();
  for (const message of messages) child.send(message);
  const heard = await ear.until(messages.length);
  expect(heard).toHaveLength(messages.length);
  for (const message of messages) expect(heard).toContainEqual(message);
}

const stopNumber = (call: number): Message => ({ type: "stop", reason: `${call}`, call });
const stops = (count: number) => Array.from({ length: count }, (_, call) => stopNumber(call));

async function downInOrder({ parent, child }: LinkPair): Promise<void> {
  const ear = new Ear(child);
  for (const stop of stops(300)) parent.send(stop);
  expect(await ear.until(300)).toEqual(stops(300));
}

function expectAll(heard: readonly Message[], sent: readonly Message[]): void {
  const sorted = heard.toSorted((a, b) => intervalOf(a) - intervalOf(b));
  expect(sorted).toEqual([...sent]);
}

async function manyUp({ parent, child }: LinkPair): Promise<void> {
  const ear = new Ear(parent);
  const sent = await manySnapshots(500);
  for (const message of sent) child.send(message);
  expectAll(await ear.until(sent.length), sent);
}

async function bothWays({ parent, child }: LinkPair): Promise<void> {
  const [above, below] = [new Ear(parent), new Ear(child)];
  const sent = await manySnapshots(100);
  for (const [index, message] of sent.entries()) {
    child.send(message);
    parent.send(stopNumber(index));
    if (index % 10 === 0) await Bun.sleep(1);
  }
  expect(await below.until(100)).toEqual(stops(100));
  expectAll(await above.until(100), sent);
}

async function largeAssets({ parent, child }: LinkPair): Promise<void> {
  const ear = new Ear(child);
  const body = Uint8Array.from({ length: ASSET_BYTES }, (_, at) => (at * 2654435761) >>> 13);
  const assets = { body: body.subarray(0, ASSET_BYTES - 1000), ca: body.subarray(-1000) };
  parent.send({ type: "prepare", order: orderWith(assets) });
  parent.send({ type: "start", t0Ns: 1 });
  const [first, second] = await ear.until(2);
  if (first.type !== "prepare") throw new Error(`${first.type} came first`);
  expect(Object.keys(first.order.assets)).toEqual(["body", "ca"]);
  for (const name of ["body", "ca"] as const)
    expect(Buffer.compare(first.order.assets[name], assets[name])).toBe(0);
  expect(second).toEqual({ type: "start", t0Ns: 1 });
}

async function closedEnd(pair: LinkPair): Promise<void> {
  for (const link of [pair.parent, pair.child]) {
    const ear = new Ear(link);
    link.close("enough");
    link.close("again");
    const first = [await link.closed, await link.closed, await ear.ended];
    expect(new Set(first).size).toBe(1);
    if (link === pair.parent || !pair.closesTogether) expect(first[0]).toBe("enough");
    expect(ear.heard).toEqual([]);
  }
}

async function readAfterClose({ parent, child }: LinkPair): Promise<void> {
  const probe = new Ear(parent);
  const sent = await manySnapshots(3);
  for (const message of sent) child.send(message);
  await probe.until(3);
  child.close("done");
  expectAll(probe.heard, sent);
  parent.close("done");
  expect(await probe.ended).toBe("done");
}

async function sendAfterClose(pair: LinkPair): Promise<void> {
  const below = new Ear(pair.child);
  pair.parent.send(stopNumber(0));
  await below.until(1);
  pair.parent.close("enough");
  pair.parent.send(stopNumber(1));
  if (pair.closesTogether) await below.ended;
  else await Bun.sleep(WHILE_MS);
  expect(below.heard).toEqual([stopNumber(0)]);
}

async function closesTogether({ parent, child, closesTogether }: LinkPair): Promise<void> {
  if (!closesTogether) return;
  const [above, below] = [new Ear(parent), new Ear(child)];
  child.close("the child is done");
  expect(await below.ended).toBe("the child is done");
  expect((await above.ended).length).toBeGreaterThan(0);
  parent.close("too late to matter");
  expect(await parent.closed).not.toBe("too late to matter");
}

function repeating(link: Link): Link {
  return {
    messages: link.messages,
    closed: link.closed,
    close: (reason) => link.close(reason),
    send: (message) => {
      link.send(message);
      link.send(message);
    },
  };
}

/** What is asked of a generator, and what it says. */
interface Story {
  readonly asked: string[];
  readonly said: RunEvent[];
}

function told(generator: LoadGenerator, { asked, said }: Story): LoadGenerator {
  const follow = (run: Run): Run => ({
    ready: run.ready,
    start: (t0Ns) => {
      asked.push("start");
      run.start(t0Ns);
    },
    stop: (reason) => {
      asked.push(`stop ${reason}`);
      run.stop(reason);
    },
    events: (async function* () {
      for await (const event of run.events) {
        said.push(event);
        yield event;
      }
    })(),
  });
  return {
    capabilities: generator.capabilities,
    prepare: async (order, signal) => {
      asked.push("prepare");
      return follow(await generator.prepare(order, signal));
    },
  };
}

async function twice(pair: LinkPair): Promise<void> {
  const clock = realClock(monotonicNs);
  const story: Story = { asked: [], said: [] };
  const served = serve(told(simulatedChild({ clock }), story), repeating(pair.child));
  const far = remote(SIMULATED, repeating(pair.parent));
  const run = await far.prepare(orderWith(), new AbortController().signal);
  run.start(clock.nowNs() + 20e6);
  clock.after(700e6, () => run.stop("enough"));
  const heard: RunEvent[] = [];
  for await (const event of run.events) heard.push(unpacked(event));
  expect(story.asked).toEqual(["prepare", "start", "stop enough"]);
  const intervals = story.said.filter(({ type }) => type === "snapshot").length;
  expect(heard).toHaveLength(story.said.length);
  for (const event of story.said) expect(heard).toContainEqual(event);
  expect(heard.at(-1)).toMatchObject({ type: "ended", outcome: "stopped", intervals });
  pair.parent.close("the run is over");
  pair.child.close("the run is over");
  await served;
}
