/** What an Output says of the run, beside its numbers. */
import { labelsOfTexts } from "@nightjar/core/plan/label-texts.ts";
import { durationText, timestampText } from "../reading/time-text.ts";
import type { Output, WorkerResult } from "./output-messages.ts";

const SECOND_NS = 1e9;

export interface OutputFacts {
  readonly format: "nighthawk";
  readonly version: string | null;
  /** The whole document. */
  readonly text: string;
  /** Nighthawk has none: its labels, one behind another. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startedAt: string | null;
  readonly durationS: number;
  readonly workers: number;
  readonly plan: Readonly<Record<string, unknown>>;
}

function workersOf({ results }: Output): number {
  return results.length === 1 ? 1 : results.length - 1;
}

/** Rate and connections are of each worker, and a plan's are of all. */
function planOf(output: Output): Record<string, unknown> {
  const workers = workersOf(output);
  const { requests_per_second: rate, connections, duration, uri } = output.options ?? {};
  return {
    ...(uri === undefined ? {} : { targets: [{ url: uri }] }),
    load: {
      model: "open",
      ...(rate === undefined ? {} : { rate: rate * workers }),
      ...(connections === undefined ? {} : { connections: connections * workers }),
    },
    ...(duration === undefined ? {} : { duration: durationText(duration) }),
  };
}

function versionOf({ version }: Output): string | null {
  const { major_number, minor_number, patch } = version?.version ?? {};
  return major_number === undefined ? null : `${major_number}.${minor_number}.${patch}`;
}

/** `whole`: of all workers. */
export function outputFacts(output: Output, whole: WorkerResult, text: string): OutputFacts {
  const labels = output.options?.labels ?? [];
  const start = whole.execution_start ?? output.timestamp;
  return {
    ...{ format: "nighthawk", version: versionOf(output), text },
    name: labels.join(" "),
    labels: labelsOfTexts(labels),
    startedAt: start === undefined ? null : timestampText(start),
    durationS: Number(whole.execution_duration ?? 0n) / SECOND_NS,
    workers: workersOf(output),
    plan: planOf(output),
  };
}
