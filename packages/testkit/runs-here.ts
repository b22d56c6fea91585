/** For tests: runs of the engine in this process, and waiting for what they bring about. */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Result } from "@nightjar/core/result/result.ts";
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

/** Throws when it has not come to pass within some seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await Bun.sleep(20);
  }
  throw new Error("it did not come to pass");
}
