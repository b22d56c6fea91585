/** Orders over a real broker: 8 MiB arrive, no more are sent, and nothing of them is stored. */
import { describe, expect, test } from "bun:test";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import {
  agentHere,
  orderHere,
  planHere,
  prepareHere,
  runHere,
} from "@nightjar/testkit/agents-here.ts";
import { natsScene } from "@nightjar/testkit/nats-scene.ts";
import { STORE } from "../limits.ts";
import { streamName } from "../subjects.ts";

const MARK = "hush-hush-hush";

/** So long that the order has exactly `bytes`; the mark stands at both ends. */
function bodyFor(bytes: number): Uint8Array {
  const plan = planHere();
  const frame = (length: number) =>
    encodeFrame({ plan, assets: { body: new Uint8Array(length) } }).length;
  let length = bytes - (frame(bytes) - bytes);
  while (frame(length + 1) <= bytes) length++;
  while (frame(length) > bytes) length--;
  const body = Uint8Array.from({ length }, (_, at) => (at * 2654435761) >>> 13);
  const mark = new TextEncoder().encode(MARK);
  body.set(mark);
  body.set(mark, length - mark.length);
  return body;
}

describe.each([1024 * 1024, 64 * 1024])("in messages of %i bytes", (maxPayloadBytes) => {
  test("an order of 8 MiB arrives byte for byte, and is in no stream", async () => {
    await natsScene({ maxPayloadBytes }, async ({ connect }) => {
      const here = agentHere(await connect(), "one");
      const [bus, reader] = [await connect(), await connect()];
      const body = bodyFor(STORE.orderBytes);
      const order = orderHere(1, { assets: { body } });
      const result = await runHere(order, bus);
      expect(result.verdict.outcome).toBe("pass");
      expect(Buffer.compare(here.orders[0].assets.body, body)).toBe(0);
      const { bytes, lastSequence } = await reader.streamState(streamName(order.runId));
      expect(bytes).toBeLessThan(100_000);
      const aborter = new AbortController();
      for await (const { payload, sequence } of reader.read(
        streamName(order.runId),
        1,
        aborter.signal,
      )) {
        expect(Buffer.from(payload).includes(MARK)).toBe(false);
        if (sequence === lastSequence) aborter.abort();
      }
      here.agent.leave("the test is over");
      await here.agent.gone;
    });
  }, 120_000);
});

test("more than 8 MiB are not sent, and nobody is claimed", async () => {
  // Frames are padded to eight bytes.
  const { length } = bodyFor(STORE.orderBytes);
  await natsScene({}, async ({ connect }) => {
    const here = agentHere(await connect(), "one");
    const bus = await connect();
    const order = orderHere(1, { assets: { body: new Uint8Array(length + 8) } });
    await expect(prepareHere(order, bus)).rejects.toMatchObject({
      code: "bad-plan",
      message: expect.stringMatching(
        /^the plan and its files take 8388616 bytes, .* at most 8388608 \(8 MiB\)$/,
      ),
    });
    expect(here.notes).toEqual([]);
    expect(await bus.streams("")).toEqual([]);
    here.agent.leave("the test is over");
  });
}, 120_000);

test("what arrives is not what was sent: refused, and nothing is prepared", async () => {
  await natsScene({}, async ({ connect }) => {
    const agentBus = await connect();
    const here = agentHere(agentBus, "one");
    const bus = await connect();
    // As by somebody between the two, who has changed one byte.
    const tampering = {
      ...{ maxPayloadBytes: bus.maxPayloadBytes, isConnected: true },
      request: (subject: string, payload: Uint8Array, limitNs: number) => {
        const copy = Uint8Array.from(payload);
        if (copy.length > 100_000) copy[copy.length - 1] ^= 1;
        return bus.request(subject, copy, limitNs);
      },
    };
    const proxy = new Proxy(bus, {
      get: (target, key) => {
        const own = tampering[key as keyof typeof tampering];
        const found = own ?? target[key as keyof typeof target];
        return typeof found === "function" && own === undefined ? found.bind(target) : found;
      },
    });
    const order = orderHere(1, { assets: { body: new Uint8Array(200_000) } });
    await expect(prepareHere(order, proxy)).rejects.toThrow(
      "agent one: the child went away while preparing: an order is malformed: its hash",
    );
    expect(here.orders).toEqual([]);
    here.agent.leave("the test is over");
  });
}, 120_000);
