/** URL or plan file, and flags → the one resolved Plan and the files that it names. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { assetsOf } from "./assets.ts";
import type { PlanPath } from "./options/row.ts";
import { shown } from "./options/value.ts";
import { type PlanFile, readPlanFile } from "./plan-file.ts";
import { applyFlags, type Flags, type Tree } from "./plan-flags.ts";
import { located } from "./refusal.ts";

export interface PlanInput {
  readonly plan: Plan;
  readonly assets: Assets;
  /** A refusal of this plan, with the flag or the place in the file. */
  readonly located: (refusal: unknown) => unknown;
  /** What a person should know about the file: a sentence each. */
  readonly notes: readonly string[];
}

/**
 * `source` is a URL (it holds `://`) or the name of a plan file. Throws `bad-usage` and `bad-plan`.
 */
export function readPlanInput(source: string, flags: Flags): PlanInput {
  const [input, ...others] = readPlanInputs(source, flags);
  if (others.length === 0) return input;
  throw new NightjarError(
    "bad-plan",
    `${source}: clients: ${others.length + 1} clients are as many plans, and one is wanted`,
    "nightjar convert --from smp --to plan shows them",
  );
}

/** Of a document with several clients, as many plans, which begin together; else one. */
export function readPlanInputs(source: string, flags: Flags): PlanInput[] {
  const file = source.includes("://") ? undefined : openPlan(source);
  const documents = file ? [file.document, ...file.others] : [{ targets: [{ url: source }] }];
  return documents.map((document, at) =>
    planInputOf(structuredClone(document), flags, file && { file, at }),
  );
}

/** A file may hold several plans: this is number `at`, from 0. */
interface PlanOfFile {
  readonly file: PlanFile;
  readonly at: number;
}

function planInputOf(document: Tree, flags: Flags, of: PlanOfFile | undefined): PlanInput {
  const entries = applyFlags(document, flags);
  const places = of && {
    placeOf: (path: PlanPath) => of.file.placeOf(path, of.at),
    spellOf: (path: PlanPath) => of.file.spellOf?.(path, of.at),
  };
  const locate = (refusal: unknown) => located(refusal, entries, places);
  try {
    const plan = resolvePlan(document);
    return { plan, assets: assetsOf(plan), located: locate, notes: of?.file.notes ?? [] };
  } catch (error) {
    throw locate(error);
  }
}

function openPlan(source: string): PlanFile {
  if (source.trim() === "") {
    throw new NightjarError("bad-usage", "a URL or a plan file is wanted, found an empty name");
  }
  if (looksLikeAddress(source)) {
    throw new NightjarError(
      "bad-usage",
      `${shown(source)} is neither a URL nor a file`,
      `did you mean http://${source}?`,
    );
  }
  return readPlanFile(source);
}

function looksLikeAddress(source: string): boolean {
  return (
    /^(localhost|[\w-]+(\.[\w-]+)+|\[[\da-f:]+\]):\d+(\/|$)/.test(source) ||
    /^localhost(\/|$)/.test(source)
  );
}
