/**
 * Documents that somebody has damaged: seeded mutations of a text, by its characters and, where it
 * is JSON, by its values too. One mutation again: NIGHTJAR_SEED=7.
 */
import { uniform } from "@nightjar/core/random.ts";

const STREAM = 0x4d55;
const DEFAULT_SEED = 1;

const SIGNS = [...'{}[]",:.-+eE0123456789 \n\tNaInf\\\u0000\ufeffü€😀'];
/** What a value is replaced by. */
const VALUES = [
  ...[null, true, false, 0, -1, 0.5, 1e-300, 1e300, 2 ** 53, -0, 123456789012345, 3],
  ...["", "0", "-1", "NaN", "Infinity", "1e999", "x", "9".repeat(25), "5s", "-0.5s", "__proto__"],
  ...[[], {}, [null], { a: 1 }, [[[[]]]], ["1", "2"], { "@type": "t", value: "1s" }],
];

export class Draws {
  private at = 0;

  constructor(private readonly seed: number) {}

  /** From 0 to `below` − 1. */
  index(below: number): number {
    return Math.floor(uniform(this.seed, STREAM, this.at++) * below);
  }

  of<T>(all: readonly T[]): T {
    return all[this.index(all.length)];
  }

  chance(part: number): boolean {
    return uniform(this.seed, STREAM, this.at++) < part;
  }
}

function cut(text: string, draws: Draws): string {
  const from = draws.index(text.length);
  return text.slice(0, from) + text.slice(from + 1 + draws.index(draws.of([1, 5, 200])));
}

function insert(text: string, draws: Draws): string {
  const at = draws.index(text.length + 1);
  return text.slice(0, at) + draws.of(SIGNS) + text.slice(at);
}

function replace(text: string, draws: Draws): string {
  const at = draws.index(text.length);
  return text.slice(0, at) + draws.of(SIGNS) + text.slice(at + 1);
}

function truncate(text: string, draws: Draws): string {
  return text.slice(0, draws.index(text.length));
}

function repeat(text: string, draws: Draws): string {
  const from = draws.index(text.length);
  const to = from + draws.index(draws.of([10, 100, 1000]));
  return text.slice(0, to) + text.slice(from);
}

function swapLines(text: string, draws: Draws): string {
  const lines = text.split("\n");
  const [a, b] = [draws.index(lines.length), draws.index(lines.length)];
  [lines[a], lines[b]] = [lines[b], lines[a]];
  return lines.join("\n");
}

const BY_CHARACTERS = [cut, insert, replace, replace, truncate, repeat, swapLines];

type Container = Record<string, unknown> | unknown[];

function containersIn(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(containersIn);
  return [value as Container, ...inner];
}

/** Replaces, removes, doubles or renames one member of a value. */
function changeValue(value: unknown, draws: Draws): unknown {
  const container = draws.of(containersIn(value)) as Record<string, unknown> | undefined;
  if (container === undefined) return draws.of(VALUES);
  const keys = Object.keys(container);
  if (keys.length === 0) return Object.assign(container, { [draws.of(SIGNS)]: draws.of(VALUES) });
  const key = draws.of(keys);
  const how = draws.index(10);
  if (how < 6) container[key] = draws.of(VALUES);
  else if (how < 8) delete container[key];
  else if (how < 9) container[draws.of(keys)] = container[key];
  else container[`${key}${draws.of(SIGNS)}`] = container[key];
  return value;
}

function mutation(text: string, isJson: boolean, draws: Draws): string {
  if (isJson && draws.index(3) > 0) return JSON.stringify(changeValue(JSON.parse(text), draws));
  return draws.of(BY_CHARACTERS)(text, draws);
}

/** `count` mutations of the text, the same for the same seed. */
export function* mutations(text: string, count: number): Generator<string> {
  const seed = Number(process.env.NIGHTJAR_SEED ?? DEFAULT_SEED);
  const draws = new Draws(seed);
  const isJson = /^[[{]/.test(text.trimStart());
  for (let n = 0; n < count; n++) yield mutation(text, isJson, draws);
}
