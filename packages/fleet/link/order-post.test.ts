/** Orders as they arrive: in parts, twice, out of order, tampered with. */
import { expect, test } from "bun:test";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { Parcel } from "../messages.ts";
import { sha256 } from "./hash.ts";
import { OrderPost } from "./order-post.ts";

const STOP: Message = { type: "stop", reason: "asked ".repeat(20), call: 1 };

function parcels(message: Message, number = 1, parts = 3): Parcel[] {
  const whole = encodeFrame(message);
  const room = Math.ceil(whole.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    ...{ type: "parcel", runId: "r", number, part, parts, sha256: sha256(whole) },
    bytes: whole.subarray(part * room, (part + 1) * room),
  }));
}

const addAll = (post: OrderPost, all: readonly Parcel[]) => all.map((one) => post.add(one));

test("the message comes with its last part, and only then", () => {
  expect(addAll(new OrderPost(), parcels(STOP))).toEqual([undefined, undefined, STOP]);
});

test("its parts may come in any order, and more than once", () => {
  const [a, b, c] = parcels(STOP);
  const post = new OrderPost();
  expect(addAll(post, [c, a, a, c])).toEqual([undefined, undefined, undefined, undefined]);
  expect(post.add(b)).toEqual(STOP);
});

test("a message that comes again comes to nothing, and the next one counts", () => {
  const post = new OrderPost();
  const next: Message = { type: "start", t0Ns: 7 };
  addAll(post, parcels(STOP));
  expect(addAll(post, parcels(STOP))).toEqual([undefined, undefined, undefined]);
  expect(addAll(post, parcels(next, 2, 1))).toEqual([next]);
});

test("what is new is told apart from what comes again", () => {
  const post = new OrderPost();
  const [a, b, c] = parcels(STOP);
  expect(post.isNew(a)).toBe(true);
  post.add(a);
  expect([a, b].map((one) => post.isNew(one))).toEqual([false, true]);
  addAll(post, [b, c]);
  expect([a, b, c].map((one) => post.isNew(one))).toEqual([false, false, false]);
});

test("a message that comes before the one before it is refused", () => {
  const post = new OrderPost();
  expect(() => post.add(parcels(STOP, 2)[0])).toThrow("message 2 came before message 1");
});

test("tampered with, or under another's hash, it is refused; whole, it is taken after all", () => {
  const [a, b, c] = parcels(STOP);
  const post = new OrderPost();
  const bytes = b.bytes.slice();
  bytes[3] ^= 1;
  expect(() => addAll(post, [a, { ...b, bytes }, c])).toThrow("its hash is not that of what came");
  const other = sha256(new Uint8Array(3));
  expect(() => addAll(post, [a, b, { ...c, sha256: other }])).toThrow("its hash");
  expect(addAll(post, [a, b, c])).toEqual([undefined, undefined, STOP]);
});

test("parts that contradict each other are refused", () => {
  const post = new OrderPost();
  const [a, b] = parcels(STOP);
  post.add(a);
  expect(() => post.add({ ...b, parts: 2 })).toThrow("part 1 of 2 of message 1");
});

test("more than an order may hold is refused before it is kept", () => {
  const post = new OrderPost();
  const bytes = new Uint8Array(9 * 1024 * 1024);
  const [a, b] = parcels(STOP, 1, 2);
  post.add({ ...a, bytes });
  expect(() => post.add({ ...b, bytes })).toThrow("longer than");
});
