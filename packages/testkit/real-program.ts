/** For tests: a driver with its real program. */
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { DRIVERS } from "@nightjar/generators/drivers.ts";
import { findInstallation, type Installation } from "@nightjar/generators/process/installation.ts";
import { type PartName, requirePart } from "./parts.ts";
import { type FinishedRun, type RunOptions, runOn } from "./runs.ts";

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
