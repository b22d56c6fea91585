/** For tests: a driver with its real program. */
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type PartName, requirePart } from "@nightjar/testkit/parts.ts";
import { type FinishedRun, type RunOptions, runOn } from "@nightjar/testkit/runs.ts";
import { DRIVERS } from "./drivers.ts";
import { findInstallation, type Installation } from "./process/installation.ts";

export type RealName = "fortio" | "vegeta" | "wrk";

/** @throws MissingPart */
export function realInstallation(name: RealName): Promise<Installation> {
  const { program } = DRIVERS[name];
  return findInstallation(program, { [program.variable]: requirePart(name as PartName) });
}

export async function runReal(
  name: RealName,
  document: PlanDocument,
  options?: RunOptions,
): Promise<FinishedRun> {
  const plan = resolvePlan(document);
  return runOn(DRIVERS[name].generator(await realInstallation(name), plan), plan, options);
}
