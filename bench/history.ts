/** `history.jsonl`: a line for each bench of each full run, oldest first. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Claim, Outcome } from "./claim.ts";
import type { BenchMachine } from "./machine.ts";
import type { MedianInterval } from "./median-interval.ts";

export interface JudgedClaim extends Pick<Claim, "kind" | "says"> {
  readonly outcome: Outcome;
  readonly measured: string;
}

export interface Entry {
  readonly at: string;
  readonly bench: string;
  readonly machine: BenchMachine;
  /** As they were printed. */
  readonly lines: readonly string[];
  readonly judged: readonly JudgedClaim[];
  readonly values: Readonly<Record<string, MedianInterval>>;
  readonly data: unknown;
}

const FILE = join(import.meta.dir, "history.jsonl");
const DIGITS = 4;

export function append(entry: Entry, file = FILE): void {
  appendFileSync(file, `${JSON.stringify(entry, rounded)}\n`);
}

function rounded(_: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isInteger(value)) return value;
  return Number(value.toPrecision(DIGITS));
}

/** The newest line of each bench. Lines of an older form, which name none, are passed over. */
export function newest(file = FILE): ReadonlyMap<string, Entry> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const entries = lines.map((line) => JSON.parse(line) as Partial<Entry>);
  return new Map(
    entries.flatMap((entry) => (entry.bench === undefined ? [] : [[entry.bench, entry as Entry]])),
  );
}
