/**
 * Session: one benchmark, from the options of a start request to the response.
 *
 *     options ─▶ execution ─▶ workers get ready ─▶ load ─▶ output
 *        │ not carried out        │ no address          │ cancelled: ends, and is told as usual
 *        ▼                        ▼                     ▼ a failure predicate: with an error too
 *     error_detail           error_detail           output, and perhaps error_detail
 */
import { create } from "@bufbuild/protobuf";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Status } from "@nightjar/wire/generated/google/rpc/status_pb.ts";
import type { CommandLineOptions } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import {
  type ExecutionResponse,
  ExecutionResponseSchema,
} from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import { type Execution, executionOf } from "@nightjar/wire/nighthawk/execution.ts";
import { LONGEST_S } from "@nightjar/wire/nighthawk/options-load.ts";
import { outputOf } from "@nightjar/wire/nighthawk/output.ts";
import type { ConductedRun, Conductor } from "./conductor.ts";
import { failedRun, invalidOptions, PAST, unprepared } from "./statuses.ts";
import { WorkerFolds } from "./worker-folds.ts";

/** What a session needs of its house. */
export interface SessionHouse {
  readonly conductor: Conductor;
  /** A line for whoever keeps the service. */
  readonly note: (line: string) => void;
}

/** As long as a run may be. */
const FARTHEST_NS = BigInt(LONGEST_S) * 1_000_000_000n;
const TOO_FAR = `scheduled_start: at most ${LONGEST_S} s ahead`;

type Response = Pick<ExecutionResponse, "output" | "errorDetail">;

export class Session {
  private readonly aborter = new AbortController();
  private run: ConductedRun | undefined;
  private cancelled = false;

  constructor(
    private readonly house: SessionHouse,
    private readonly executionId: string,
  ) {}

  /** Never rejects: what goes wrong is in the response, or is a fault of ours and crashes. */
  async conduct(options: CommandLineOptions): Promise<ExecutionResponse> {
    const response = await this.respond(options);
    return create(ExecutionResponseSchema, { ...response, executionId: this.executionId });
  }

  /** A graceful end: what has been measured is told. */
  cancel(): void {
    this.cancelled = true;
    this.run?.stop("cancelled");
  }

  /** Nobody waits for the response any more. */
  abort(): void {
    this.aborter.abort("the call has ended");
  }

  private async respond(options: CommandLineOptions): Promise<Partial<Response>> {
    const { conductor } = this.house;
    let execution: Execution;
    try {
      execution = executionOf(options, conductor.cores);
    } catch (error) {
      return { errorDetail: invalidOptions(sentenceOf(error)) };
    }
    const { startWallNs } = execution;
    const aheadNs = startWallNs === undefined ? 0n : startWallNs - conductor.wallNs();
    if (aheadNs < 0n) return this.nothing(execution, PAST);
    if (aheadNs > FARTHEST_NS) return { errorDetail: invalidOptions(TOO_FAR) };
    const folds = new WorkerFolds(execution.plan, execution.predicates);
    try {
      this.run = await this.prepare(execution, folds);
    } catch (error) {
      return { errorDetail: unprepared(sentenceOf(error)) };
    }
    return this.measure(execution, this.run, folds);
  }

  private prepare(execution: Execution, folds: WorkerFolds): Promise<ConductedRun> {
    const { plan, predicates, options } = execution;
    return this.house.conductor.prepare({
      plan,
      details: options.openLoop ? "from due" : "from free",
      limits: predicates.map(({ count, above }) => ({ count, above })),
      onEvent: (event) => folds.apply(event),
      signal: this.aborter.signal,
    });
  }

  private async measure(
    execution: Execution,
    run: ConductedRun,
    folds: WorkerFolds,
  ): Promise<Partial<Response>> {
    const { conductor, note } = this.house;
    try {
      if (this.cancelled) run.stop("cancelled");
      note(`Starting ${run.workers.length} threads / event loops. ${lengthOf(execution)}.`);
      const { startWallNs, result } = await run.measure(execution.startWallNs);
      for (const warning of result.generator.warnings) note(`warning: ${warning}`);
      const workers = folds.facts(run.workers, startWallNs);
      const outcome = { workers, totals: folds.totals, wallNs: conductor.wallNs() };
      const output = outputOf(execution, outcome, conductor.deflate);
      const faults = folds.faults(run.workers);
      return faults.length === 0 ? { output } : { output, errorDetail: this.fail(faults) };
    } finally {
      await run.close();
    }
  }

  private fail(causes: readonly string[]): Status {
    for (const cause of causes) this.house.note(`failed: ${cause}`);
    return failedRun(causes);
  }

  /** An output without results. */
  private nothing(execution: Execution, cause: string): Partial<Response> {
    const { conductor } = this.house;
    const { plan, predicates } = execution;
    const { totals } = new WorkerFolds(plan, predicates);
    const outcome = { workers: [], totals, wallNs: conductor.wallNs() };
    const output = outputOf(execution, outcome, conductor.deflate);
    return { output, errorDetail: this.fail([cause.replace(/\.$/, "")]) };
  }
}

function lengthOf({ plan, options }: Execution): string {
  const isEndless = options.oneofDurationOptions.case === "noDuration";
  return isEndless ? "No time limit" : `Time limit: ${plan.duration}`;
}

/** Of a refusal; a fault of ours is no sentence. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof NightjarError)) throw error;
  // That of an unknown name is an option of `run`, which no client of the service has.
  if (error.hint === undefined || error.code === "unknown-host") return error.message;
  return `${error.message} (${error.hint})`;
}
