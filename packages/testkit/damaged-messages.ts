/** Messages that somebody has damaged, or made up: one place of a message changed, by draws. */
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Draws } from "./mutations.ts";

const HUGE = 2 ** 53;

/** What a place is replaced by. What JSON cannot say arrives as `null`. */
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e-9, HUGE, -HUGE, 1e300, 1e9, Number.NaN, 2 ** 31, 65_536],
  ...[
    "",
    "0",
    "-1",
    "NaN",
    "a.b",
    "*",
    ">",
    "a b",
    "\u001b[2J\u0007",
    "../../etc",
    "x".repeat(10_000),
  ],
  ...["__proto__", "constructor", "\u202e", "5s", "measured", "done"],
  ...[[], {}, [null], [[]], { type: "claim" }, { constructor: 1 }, -1n, 2n ** 200n],
  ...[new Uint8Array(3), Uint16Array.of(9, 3, 60_000), Float64Array.of(Number.NaN, -1, HUGE)],
];

const KEYS = ["__proto__", "constructor", "type", "\u001b]0;x\u0007", "nobody", "9".repeat(400)];

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

/** Every object and list in it. */
function treesIn(value: unknown): Tree[] {
  if (!isTree(value)) return [];
  return [value, ...Object.values(value).flatMap(treesIn)];
}

/** Shares nothing with the original. */
function copyOf<T>(value: T): T {
  return structuredClone(value);
}

/** One or two places of it are changed. */
export function damaged(message: unknown, draws: Draws): unknown {
  const copy = { whole: copyOf(message) };
  for (let times = 1 + draws.index(2); times > 0; times--) damageOnce(copy, draws);
  return copy.whole;
}

function damageOnce(root: Tree, draws: Draws): void {
  const tree = draws.of(treesIn(root));
  const keys = Object.keys(tree);
  const key = keys.length === 0 ? draws.of(KEYS) : draws.of(keys);
  const ways = [
    () => set(tree, key, copyOf(draws.of(VALUES))),
    () => set(tree, key, near(tree[key], draws)),
    () => delete tree[key],
    () => set(tree, draws.of(KEYS), copyOf(draws.of(VALUES))),
    () => set(tree, key, copyOf(tree[keys[draws.index(keys.length)]])),
  ];
  draws.of(ways)();
}

/** Own, whatever it is called. */
function set(tree: Tree, key: string, value: unknown): void {
  Object.defineProperty(tree, key, {
    ...{ value, writable: true, enumerable: true, configurable: true },
  });
}

function near(value: unknown, draws: Draws): unknown {
  if (typeof value === "number") return value + draws.of([-1, 1, 0.5, 1e6]);
  if (typeof value === "bigint") return value - 1n;
  if (typeof value === "string") return value + draws.of(["x", ".", " ", "\n", "\u0000"]);
  if (value instanceof Float64Array) return value.map((one, at) => (at === 0 ? one + 1 : one));
  if (value instanceof Uint16Array) return value.toReversed();
  return copyOf(draws.of(VALUES));
}

/** A frame of it; now and then one whose bytes are damaged too, or bytes that are no frame. */
export function damagedFrame(message: unknown, draws: Draws): Uint8Array {
  const luck = draws.index(10);
  if (luck === 0) return Uint8Array.from({ length: draws.index(200) }, () => draws.index(256));
  const frame = encodeFrame(luck < 7 ? damaged(message, draws) : message);
  if (luck >= 7) frame[draws.index(frame.length)] ^= 1 << draws.index(8);
  return luck === 9 ? frame.subarray(0, draws.index(frame.length)) : frame;
}
