/** Part: what a threshold is of: the whole of a run, one of its stages, one of its targets. */

import type { LatencyKind, Scope } from "@nightjar/core/plan/threshold.ts";
import type { Latency, Result, Slice } from "@nightjar/core/result/result.ts";

export interface Part {
  /** ` in stage 2`; empty for the whole. */
  readonly suffix: string;
  readonly durationS: number;
  readonly due: number;
  readonly sent: number;
  readonly completed: number;
  readonly unanswered: number;
  latency(kind: LatencyKind): Latency | undefined;
}

function wholeOf(result: Result): Part {
  const { accounting, populations, latencyMs, recorded, durationS } = result;
  const { due, sent, completed } = accounting;
  return {
    ...{ suffix: "", durationS, due, sent, completed, unanswered: populations.unanswered },
    latency(kind) {
      const [what, name] = kind.split(/:(.*)/s);
      if (name === undefined) return latencyMs[kind];
      return what === "recorded" ? recorded[name]?.valueMs : recorded[name]?.overheadMs;
    },
  };
}

function sliceOf(slice: Slice, suffix: string, durationS: number): Part {
  const { due, sent, completed, unanswered, latencyMs } = slice;
  const latency = (kind: LatencyKind) => latencyMs[kind];
  return { suffix, durationS, due, sent, completed, unanswered, latency };
}

/** A plan without stages has one, which is the whole. */
export function partOf(result: Result, scope: Scope): Part {
  if (scope.of === "stage") {
    const stage = result.stages[scope.stage];
    const suffix = ` in stage ${scope.stage + 1}`;
    return stage ? sliceOf(stage, suffix, stage.durationS) : wholeOf(result);
  }
  if (scope.of === "target") {
    const target = result.targets.find(({ name }) => name === scope.name);
    const suffix = ` at target ${scope.name}`;
    return target ? sliceOf(target, suffix, result.durationS) : wholeOf(result);
  }
  return wholeOf(result);
}
