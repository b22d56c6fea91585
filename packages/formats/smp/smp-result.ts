/** SmpResult: an SMP result (`smp.PerformanceTestResult`), whatever its shape in a file. */

export const LATENCY_KEYS = ["min", "average", "p50", "p90", "p99", "max"] as const;
export type LatencyKey = (typeof LATENCY_KEYS)[number];

/** What a document does not say has the default of its type. */
export interface SmpResult {
  readonly smpVersion: string;
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startTime: string;
  readonly endTime: string;
  /** As they stand there, in whatever unit. */
  readonly latencies: Readonly<Partial<Record<LatencyKey, number>>>;
  readonly actualQps: number;
  readonly detailsUri: string;
  readonly testId: string;
  readonly meshConfigId: string;
  readonly envId: string;
}
