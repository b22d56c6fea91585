/**
 * ExpectedFault: what was written down of a fault (fleet/simulation/expected), held to a run of
 * real parts. `real`, where there is one, stands for the rest: what of it only virtual time
 * determines.
 */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Played } from "./scene.ts";

type Bounds = Readonly<Record<string, readonly [number, number]>>;

interface Claims {
  readonly result?: object;
  readonly reasons?: readonly string[];
  readonly between?: Bounds;
  readonly lastSentS?: Bounds;
}

export interface ExpectedFault extends Claims {
  /** What collecting it says. */
  readonly collect?: string;
  readonly fault: string;
  readonly real?: Claims;
}

const FOLDER = new URL("../../fleet/simulation/expected/", import.meta.url);

export function expectedFault(name: string): ExpectedFault {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** Agents that the fault itself makes unfit, by name. */
export type Unfit = readonly string[];

/**
 * Whether agents were called sick that should not have been: the machine was too busy for them, and
 * policy `fail` has ended the run for another reason than the fault.
 */
export function disturbance({ children }: Result, unfit: Unfit = []): string | undefined {
  const sick = children.flatMap(({ agent }) => (agent?.sick ? [agent] : []));
  const other = sick.find(({ name, sick: why }) => !unfit.includes(name) && isOfMachine(why));
  return other === undefined ? undefined : `agent ${other.name}: ${other.sick}`;
}

/** And not of what the fault has done to it. */
function isOfMachine(sick: string | null): boolean {
  return sick !== null && !sick.startsWith("the run's stream is full");
}

export function checkFault(played: Played, name: string, unfit: Unfit = []): void {
  const { real, ...written } = expectedFault(name);
  const { result: wanted = {}, ...claims }: Claims = real ?? written;
  const result = beside(played.collected, unfit);
  expect(partOf(result, wanted)).toEqual(wanted);
  const said = result.verdict.reasons.join("\n");
  for (const reason of claims.reasons ?? []) expect(said).toContain(reason);
  expectBetween(claims.between ?? {}, (path) =>
    Number(path.split(".").reduce((part, key) => (part as never)[key], result as unknown)),
  );
  expectBetween(claims.lastSentS ?? {}, (child) => played.arrivals.lastS(child));
}

/** As much of it as is spoken of: the rest would fill the screen. */
function partOf(found: unknown, wanted: unknown): unknown {
  if (typeof wanted !== "object" || wanted === null || typeof found !== "object") return found;
  if (Array.isArray(wanted) && Array.isArray(found)) {
    return found.map((one, at) => (at in wanted ? partOf(one, wanted[at]) : one));
  }
  const parts = Object.entries(wanted).map(([key, part]) => [
    key,
    partOf((found as never)?.[key], part),
  ]);
  return Object.fromEntries(parts);
}

function expectBetween(bounds: Bounds, measured: (name: string) => number): void {
  const values = Object.keys(bounds).map((name) => [name, measured(name)] as const);
  const outside = values.filter(([name, value]) => {
    const [least, most] = bounds[name];
    return !(value >= least && value <= most);
  });
  expect(outside.map(([name, value]) => ({ name, value, allowed: bounds[name] }))).toEqual([]);
}

/** The Result beside what a busy machine has done to it. */
function beside(result: Result, unfit: Unfit): Result {
  const { faults } = result.generator;
  const reasons = result.verdict.reasons.filter((reason) => {
    const [, name] = /^agent (\S+) was not fit to measure: .*\(lag\)$/.exec(reason) ?? [];
    return !faults.includes(reason) && (name === undefined || unfit.includes(name));
  });
  const isFree = reasons.length === 0 && result.verdict.outcome === "inconclusive";
  const outcome = isFree ? "pass" : result.verdict.outcome;
  return { ...result, verdict: { outcome, reasons } };
}
