/** For tests: the job that a driver has of a plan, without a run. */
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { type Objection, objectionsTo } from "@nightjar/core/run/suitability.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import type { Driver } from "./driver.ts";
import { type Job, jobOf } from "./job.ts";

export const URL = "http://127.0.0.1:8080/";

export function samplePlan({ targets = [{ url: URL }], ...more }: Partial<PlanDocument>): Plan {
  return resolvePlan({ targets, ...more });
}

export function sampleJob(document: Partial<PlanDocument>, assets: Assets = {}): Job {
  const plan = samplePlan(document);
  const share = wholeShare(plan.load.connections);
  return jobOf({ plan, share, from: 0, assets, incarnation: 0 });
}

export function objections(driver: Driver, document: Partial<PlanDocument>): readonly Objection[] {
  return objectionsTo(samplePlan(document), driver);
}

/** The value behind each flag; `""` of a flag that stands alone. */
export function flagsOf(command: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const [at, word] of command.entries()) {
    if (!word.startsWith("-") || word.startsWith("--")) continue;
    const [name, value] = word.split("=", 2);
    const next = command[at + 1] ?? "";
    flags[name] = value ?? (next.startsWith("-") && next !== "-" && !/^-\d/.test(next) ? "" : next);
  }
  return flags;
}
