/**
 * A plan file, YAML or JSON → a document. It may be an SMP test configuration instead, which is a
 * plan for each of its clients.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { isSmpConfig } from "@nightjar/formats/smp/read-config.ts";
import { readInput } from "./files.ts";
import { refuseResult } from "./not-a-plan.ts";
import type { PlanPath } from "./options/row.ts";
import { planOfSmp } from "./smp-file.ts";
import { yamlDocumentIn } from "./yaml-file.ts";

const MAX_PLAN_BYTES = 1024 * 1024;

export interface PlanFile {
  readonly document: Record<string, unknown>;
  /** Plans that begin with it: of a document with several clients. */
  readonly others: readonly Record<string, unknown>[];
  /** What a person should know about it: a sentence each. */
  readonly notes: readonly string[];
  /**
   * `FILE:LINE:COLUMN` of the deepest part of `path` that the file holds, or `FILE`. `at`: which of
   * the file's plans it is of.
   */
  placeOf(path: PlanPath, at: number): string;
  /** What the file calls that which is at `path` of the plan, where it has other words for it. */
  spellOf?(path: PlanPath, at: number): string | undefined;
}

/** Throws `bad-usage` for a file that cannot be read, `bad-plan` for what is no document. */
export function readPlanFile(path: string): PlanFile {
  const source = { name: path, what: "a plan" };
  const { value, isEmpty, placeOf } = yamlDocumentIn(readInput(path, MAX_PLAN_BYTES), source);
  if (isSmpConfig(value)) return planOfSmp(value, path, placeOf);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const document = value as Record<string, unknown>;
    refuseResult(document, path);
    return { document, others: [], notes: [], placeOf };
  }
  const found = isEmpty ? "an empty file" : kindOf(value);
  const what = `a plan is a map of keys, like "targets:", found ${found}`;
  throw new NightjarError("bad-plan", `${path}: ${what}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "nothing" : `a ${typeof value}`;
}
