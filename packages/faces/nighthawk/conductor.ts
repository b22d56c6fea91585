/** What the service is handed: the machine that it sends load from. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { CountLimit } from "@nightjar/core/run/count-limit.ts";
import type { Details, RunEvent } from "@nightjar/core/run/load-generator.ts";

export interface RunOrder {
  readonly plan: Plan;
  /** Of each worker for itself. */
  readonly limits: readonly CountLimit[];
  readonly details: Details;
  /** Told of every event of every worker. */
  readonly onEvent: (event: RunEvent) => void;
  /** Aborted: whatever is under way ends at once. */
  readonly signal: AbortSignal;
}

export interface ConductedRun {
  /** Under these names the workers report, in order. */
  readonly workers: readonly string[];
  /** When load begins, since 1970; default: as soon as all workers can have heard of it. */
  measure(startWallNs?: bigint): Promise<{ readonly startWallNs: bigint; readonly result: Result }>;
  /** Nothing more becomes due; what is in flight may end within the plan's drain. */
  stop(reason: string): void;
  /** No worker is left. */
  close(): Promise<void>;
}

export interface Conductor {
  /** What a concurrency of `auto` stands for. */
  readonly cores: number;
  /** Gets workers ready; no load is sent. Throws a `NightjarError` and leaves nothing behind. */
  prepare(order: RunOrder): Promise<ConductedRun>;
  /** Nanoseconds since 1970. */
  wallNs(): bigint;
  readonly deflate: Deflate;
}
