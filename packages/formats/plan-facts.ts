/**
 * What a report says of the plan. A Result carries its plan as the generator wrote it, perhaps of
 * another version, so each fact is looked at before it is used, and what is not there is not said.
 */
import { DURATION_PATTERN, parseDurationNs, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

export interface PlanFacts {
  readonly model: "open" | "closed" | null;
  readonly arrivals: string;
  readonly connections: number | null;
  readonly requests: number | null;
  readonly duration: string;
  /** Empty: none. */
  readonly warmup: string;
  readonly warmupS: number;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** 0 for what is not a duration. */
export function secondsOf(duration: string): number {
  return DURATION_PATTERN.test(duration) ? parseDurationNs(duration) / SECOND_NS : 0;
}

export function planFacts(result: ResultDocument): PlanFacts {
  const plan = recordOf(result.plan);
  const load = recordOf(plan.load);
  return {
    model: load.model === "open" || load.model === "closed" ? load.model : null,
    arrivals: text(load.arrivals),
    connections: number(load.connections),
    requests: number(load.requests),
    duration: text(plan.duration),
    warmup: plan.warmup === "0s" ? "" : text(plan.warmup),
    warmupS: secondsOf(text(plan.warmup)),
  };
}
