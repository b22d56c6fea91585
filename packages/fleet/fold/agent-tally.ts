/** AgentTally: what one agent has measured by itself, for the table of agents. */
import type { LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import {
  EMPTY_HISTOGRAM,
  mergeHistograms,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { COUNTS, type TallyHistogram, zeroCounts } from "@nightjar/core/record/tally.ts";
import { distributionOf, type Source } from "@nightjar/core/result/measure.ts";
import type { AgentResult } from "@nightjar/core/result/result.ts";
import { latencyOf } from "@nightjar/core/result/result-latency.ts";

const AGES = ["failedAge", "censoredAge", "unsentAge"] as const;

export class AgentTally {
  private readonly counts = zeroCounts();
  private readonly histograms = new Map<TallyHistogram, SparseHistogram>();

  /** `columns`: their latencies are kept; none: counts alone. */
  constructor(private readonly columns: readonly (LatencyMeaning | "lag")[]) {}

  /** Each one once. */
  add({ cells }: Snapshot): void {
    for (const { phase, tally } of cells) {
      if (phase === "warmup") continue;
      for (const count of COUNTS) this.counts[count] += tally.counts[count];
      if (this.columns.length === 0) continue;
      for (const name of [...this.columns, ...AGES]) this.merge(name, tally.histograms[name]);
    }
  }

  result(): Pick<AgentResult, "completed" | "latencyMs"> {
    const source: Source = {
      counts: this.counts,
      statuses: {},
      histogram: (name) => this.histograms.get(name) ?? EMPTY_HISTOGRAM,
    };
    const latencies = this.columns.map((name) => [name, latencyOf(distributionOf(source, name))]);
    return { completed: this.counts.completed, latencyMs: Object.fromEntries(latencies) };
  }

  private merge(name: TallyHistogram, part: SparseHistogram | undefined): void {
    if (part === undefined || part.count === 0) return;
    const before = this.histograms.get(name);
    this.histograms.set(name, before === undefined ? part : mergeHistograms([before, part]));
  }
}
