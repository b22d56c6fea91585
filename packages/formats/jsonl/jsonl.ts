/**
 * A run as it goes on: a line of JSON for each merged second, between one that describes the run
 * and one that says how it ended. See docs/formats/jsonl.md.
 *
 *     run │ snapshot 0 │ snapshot 1 │ … │ snapshot 3, adds │ … │ end
 */

import { type Plan, redactPlan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Cell } from "@nightjar/core/record/cell.ts";
import { type Deflate, encodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { ErrorCount, Tally } from "@nightjar/core/record/tally.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Outcome } from "@nightjar/core/run/load-generator.ts";
import { toBase64 } from "../base64.ts";

export const SNAPSHOTS_SCHEMA = "nightjar.snapshots/v1";

export interface RunStart {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

function line(document: object): string {
  return `${JSON.stringify(document)}\n`;
}

export function headLine(plan: Plan, { id, startedAt }: RunStart): string {
  const { name, labels } = plan;
  const schema = SNAPSHOTS_SCHEMA;
  return line({ schema, type: "run", id, name, labels, startedAt, plan: redactPlan(plan) });
}

/** From the worst to the best. */
const OUTCOMES: readonly Outcome[] = ["failed", "lost", "stopped", "done"];

export function endLine({ children, verdict, durationS, accounting }: Result): string {
  const outcome = OUTCOMES.find((one) => children.some(({ end }) => end.outcome === one));
  return line({ type: "end", outcome, verdict, durationS, accounting });
}

/** The lines of one run's snapshots, each as it comes. */
export class SnapshotLines {
  private readonly said = new Set<number>();

  constructor(private readonly deflate: Deflate) {}

  /** An interval that comes again is what is to be added to it. */
  lineOf(merged: Snapshot): string {
    const { interval, cells, turn, backends, connections, bytes, usage, parts } = merged;
    const adds = this.said.has(interval) ? { adds: true } : {};
    this.said.add(interval);
    return line({
      ...{ type: "snapshot", interval, ...adds },
      cells: cells.map((cell) => this.cell(cell)),
      ...this.histograms({ turn }),
      ...{ connections, bytes, usage, parts },
      backends: mapped(backends, ({ service, ...rest }) => ({
        ...rest,
        ...this.histograms({ service }),
      })),
    });
  }

  private cell({ phase, stage, target, tally }: Cell): object {
    const { counts, statuses, errors, histograms, openBefore, open, openAges } = tally;
    return {
      ...{ phase, stage, target, counts, statuses },
      errors: mapped(errors, errorOf),
      histograms: this.histograms(histograms),
      ...{ openBefore, open, openAges: this.histograms(openAges) },
    };
  }

  /** Base64 of those that hold anything. */
  private histograms(all: Tally["histograms"] | Readonly<Record<string, SparseHistogram>>): object {
    const text: Record<string, string> = {};
    for (const [name, one] of Object.entries(all)) {
      if (one && one.count > 0) text[name] = toBase64(encodeV2Compressed(one, this.deflate));
    }
    return text;
  }
}

/** As a Result says it. */
function errorOf({ count, sample, atNs }: ErrorCount): object {
  return {
    count,
    sample,
    atS: atNs === null ? null : Math.round((atNs / SECOND_NS) * 1000) / 1000,
  };
}

function mapped<T>(all: Readonly<Record<string, T>>, of: (one: T) => object): object {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, of(one)]));
}
