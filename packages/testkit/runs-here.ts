/** For tests: runs of the engine in this process, and waiting for what they bring about. */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { targetChooser } from "@nightjar/core/schedule/target-choice.ts";
import { engine } from "@nightjar/engine/engine.ts";
import { type RunOptions, runOn } from "./runs.ts";

const NUMBER_HEADER = "x-nightjar-number";

export interface Job extends Partial<Omit<PlanDocument, "load">> {
  url: string;
  load: PlanDocument["load"];
  hooks?: RunOptions;
}

export async function runHere({ url, hooks, ...document }: Job): Promise<Result> {
  const numbered = { targets: [{ url }], numberHeader: NUMBER_HEADER, ...document };
  return (await runOn(engine({ spin: false }), numbered, hooks)).result;
}

/** One after another on one connection. */
export function inTurn(requests: number): PlanDocument["load"] {
  return { model: "closed", requests, connections: 1 };
}

export function range(to: number): number[] {
  return Array.from({ length: to }, (_, index) => index);
}

/**
 * The seed by which no two of so many exchanges in a row go to target number `target`: whatever
 * becomes of a connection to it is over when it is asked again.
 */
export function seedApart(target: number, targets: number, requests: number): number {
  const weights = Array.from({ length: targets }, () => ({ weight: 1 }));
  for (let seed = 1; ; seed++) {
    const order = range(requests).map(targetChooser(weights, seed));
    if (order.every((one, at) => one !== target || order[at + 1] !== target)) return seed;
  }
}

/** Shorter than a test may take, and longer than a busy machine takes for anything. */
const UNTIL_LIMIT_MS = 40_000;

/** Throws when it has not come to pass within that. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const limitMs = performance.now() + UNTIL_LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > limitMs) throw new Error("it did not come to pass");
    await Bun.sleep(20);
  }
}
