/** How what a coordinator says is asked again, in virtual time. */
import { expect, test } from "bun:test";
import type { Message } from "@nightjar/core/run/link.ts";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { BusError } from "../bus.ts";
import type { Answer, Parcel } from "../messages.ts";
import { CoordinatorLink } from "./coordinator-link.ts";

const S = 1e9;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const TAKEN: Promise<Answer> = Promise.resolve({ type: "taken" });
const STOP: Message = { type: "stop", reason: "asked", call: 1 };
const START: Message = { type: "start", t0Ns: 5 };

type Asked = Pick<Parcel, "number" | "part" | "parts"> & { readonly atS: number };

/** `answer`: of the nth question. Closes after a minute. */
async function play(
  messages: readonly Message[],
  answer: (nth: number, clock: VirtualClock) => Promise<Answer>,
  maxPayloadBytes = 1024 * 1024,
): Promise<Asked[]> {
  const clock = new VirtualClock();
  const asked: Asked[] = [];
  const ask = ({ number, part, parts }: Parcel) => {
    asked.push({ number, part, parts, atS: clock.nowNs() / S });
    return answer(asked.length, clock);
  };
  const link = new CoordinatorLink({ runId: "r", clock, maxPayloadBytes, ask });
  for (const message of messages) link.send(message);
  clock.after(60 * S, () => link.close("over"));
  await clock.run(settle);
  return asked;
}

/** Nobody answers within 2 s. */
function silence(clock: VirtualClock): Promise<Answer> {
  return new Promise((_, reject) => {
    clock.after(2 * S, () => reject(new BusError("no answer", "none")));
  });
}

test("each is asked once where it is answered, one after the other", async () => {
  expect(await play([START, STOP], () => TAKEN)).toEqual([
    { number: 1, part: 0, parts: 1, atS: 0 },
    { number: 2, part: 0, parts: 1, atS: 0 },
  ]);
});

test("a stop whose question is lost is asked again before the limit of that one", async () => {
  const asked = await play([START, STOP], (nth, clock) => (nth === 1 ? silence(clock) : TAKEN));
  expect(asked.map(({ number, atS }) => [number, atS])).toEqual([
    [1, 0],
    [1, 0.5],
    [2, 0.5],
  ]);
});

test("a late answer to the first question counts", async () => {
  const late = (clock: VirtualClock): Promise<Answer> =>
    new Promise((resolve) => clock.after(1.2 * S, () => resolve({ type: "taken" })));
  const asked = await play([STOP], (_, clock) => late(clock));
  expect(asked.map(({ atS }) => atS)).toEqual([0, 0.5, 1]);
});

test("a part of a long order is asked again only when no answer came", async () => {
  const files = { body: new Uint8Array(20_000) };
  const order = { type: "prepare", order: { assets: files } } as unknown as Message;
  const answer = (nth: number, clock: VirtualClock) => (nth === 2 ? silence(clock) : TAKEN);
  const asked = await play([order], answer, 11_000);
  expect(asked.map(({ part, parts, atS }) => [part, parts, atS])).toEqual([
    [0, 3, 0],
    [1, 3, 0],
    [1, 3, 2.5],
    [2, 3, 2.5],
  ]);
});

test("a refusal is an answer", async () => {
  const asked = await play([STOP], async () => ({ type: "refused", reason: "no part in it" }));
  expect(asked).toHaveLength(1);
});

test("once it is closed nothing is asked", async () => {
  const asked = await play([STOP], (_, clock) => silence(clock));
  expect(asked.at(-1)?.atS).toBeLessThan(60);
});
