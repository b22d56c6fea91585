/** Statement: one thing that is to be said of a Result, in sentences, and what to do about it. */
import { count, counted, seconds } from "../figures.ts";

export type Tone = "good" | "bad" | "doubt" | "plain";

export interface Statement {
  readonly tone: Tone;
  /** Whole sentences. May hold what others wrote: made harmless when it is printed. */
  readonly text: string;
  readonly advice?: string;
}

export function statement(tone: Tone, text: string, advice?: string): Statement {
  return advice === undefined ? { tone, text } : { tone, text, advice };
}

/** `it was late` → `It was late.` */
export function sentence(text: string): string {
  const end = /[.…]$/.test(text) ? "" : ".";
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** Of what was seen first; `atS` counts from the start of the run. */
export function sinceStart(atS: number): string {
  return `${lasting(atS)} after the start`;
}

/** The first of a kind, behind `before`; nothing where nobody knows when it was. */
export function theFirst(before: string, atS: number | null | undefined): string {
  return atS == null ? "" : `${before} the first ${sinceStart(atS)}`;
}

/** `10 s`, `4.2 s`, `150 ms`. */
export function lasting(s: number): string {
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  return Number.isInteger(s) ? `${count(s)} s` : seconds(s);
}

/** `3.3 times`. */
export function times(ratio: number): string {
  return `${ratio < 10 ? Number(ratio.toPrecision(2)) : Math.round(ratio)} times`;
}

/** `1 exchange was`, `2 exchanges were`. */
export function countedWere(n: number, noun: string): string {
  return `${counted(n, noun)} ${n === 1 ? "was" : "were"}`;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
