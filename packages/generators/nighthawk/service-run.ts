/**
 * ServiceRun: one run of a nighthawk_service somewhere else, as a Run.
 *
 *     waiting ──start──▶ asked ──response──▶ ended
 *        │ stop            │ stop: cancelled, which upstream cannot
 *        ▼                 │ stop again: the call is given up
 *      ended               ▼
 *                        ended
 *
 * It begins by its own wall clock, at an instant that all services of the run are told.
 */
import { inflateSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { type Client, ConnectError } from "@connectrpc/connect";
import { NightjarError } from "@nightjar/core/errors.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { ExactTotals } from "@nightjar/core/record/exact-totals.ts";
import { HISTOGRAM_ERROR } from "@nightjar/core/record/fidelity.ts";
import { emptyTally } from "@nightjar/core/record/tally.ts";
import { Channel } from "@nightjar/core/run/channel.ts";
import type { Ended, Order, Ready, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { outputOf } from "@nightjar/formats/nighthawk/parse-output.ts";
import type { CommandLineOptions } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import type { Output } from "@nightjar/wire/generated/nighthawk/client/output_pb.ts";
import {
  CancellationRequestSchema,
  type ExecutionRequest,
  ExecutionRequestSchema,
  type ExecutionResponse,
  type NighthawkService,
  StartRequestSchema,
} from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import { readExactTotals } from "@nightjar/wire/nighthawk/exact-output.ts";
import { outputToJson } from "@nightjar/wire/nighthawk/wire-json.ts";
import { timestampOf } from "@nightjar/wire/nighthawk/wire-time.ts";
import type { Job } from "../job.ts";
import type { WallClock } from "../process/wall-clock.ts";
import { emitSummary, emitTally } from "../run/summary-book.ts";
import { startInstant } from "./start-instant.ts";
import { type NighthawkSaid, nighthawkSaid } from "./summary.ts";

/** From T0 on: so long it may take until every service has heard of it and is ready. */
const START_LEAD_NS = 2 * SECOND_NS;

export interface ServiceCall {
  readonly address: string;
  readonly client: Client<typeof NighthawkService>;
  readonly headers: Readonly<Record<string, string>>;
  readonly options: CommandLineOptions;
}

type Told = Pick<Ended, "outcome" | "reason" | "intervals" | "untilNs" | "fidelity" | "notes">;

const CLOCK_NOTE =
  "nighthawk: each service begins by its own wall clock; how far they are apart nobody knows";

export class ServiceRun implements Run {
  readonly events = new Channel<RunEvent>();
  private readonly requests = new Channel<ExecutionRequest>();
  private readonly aborter = new AbortController();
  private t0Ns = 0;
  private clock: WallClock | undefined;
  private phase: "waiting" | "asked" | "ended" = "waiting";
  private stopReason: string | undefined;

  constructor(
    private readonly order: Order,
    private readonly job: Job,
    private readonly call: ServiceCall,
    readonly ready: Ready,
  ) {}

  start(t0Ns: number): void {
    if (this.phase !== "waiting") return;
    this.phase = "asked";
    this.t0Ns = t0Ns;
    const startNs = t0Ns + this.job.from * SECOND_NS + START_LEAD_NS;
    const { wallNs, clock } = startInstant(startNs);
    this.clock = clock;
    this.requests.push(startRequest(this.call.options, wallNs));
    void this.ask();
  }

  /** First call: a graceful end, where the service knows one. Second: we wait no longer. */
  stop(reason: string): void {
    if (this.phase === "ended") return;
    const isFirst = this.stopReason === undefined;
    this.stopReason ??= reason;
    if (this.phase === "waiting") {
      this.end({ outcome: "stopped", reason, intervals: 0, untilNs: 0 });
    } else if (isFirst) this.requests.push(cancellation());
    else this.aborter.abort(reason);
  }

  private async ask(): Promise<void> {
    try {
      this.tell(await this.response());
    } catch (error) {
      this.endWithout(error);
    }
  }

  /** The first is the last: there is one for each start. */
  private async response(): Promise<ExecutionResponse> {
    const { client, headers } = this.call;
    const answers = client.executionStream(this.requests, {
      headers,
      signal: this.aborter.signal,
    });
    for await (const answer of answers) {
      this.requests.end();
      return answer;
    }
    throw new NightjarError("protocol", "the call ended without a response");
  }

  private tell({ output, errorDetail }: ExecutionResponse): void {
    const failure = errorDetail === undefined ? undefined : `${this.who()}: ${errorDetail.message}`;
    if (output === undefined || output.results.length === 0) {
      const reason = failure ?? `${this.who()} told no results`;
      this.end({ outcome: "failed", reason, intervals: 0, untilNs: 0 });
      return;
    }
    const told = this.record(output);
    const stopped = this.stopReason;
    if (failure !== undefined) this.end({ ...told, outcome: "failed", reason: failure });
    else if (stopped === undefined) this.end({ ...told, outcome: "done", reason: "" });
    else this.end({ ...told, outcome: "stopped", reason: stopped });
  }

  private record(output: Output): Omit<Told, "outcome" | "reason"> {
    const said = nighthawkSaid(outputOf(outputToJson(output)));
    const exact = exactOf(output);
    const beginNs = this.announceStart(said);
    const time = { beginNs, untilNs: said.lengthNs, restIsUnsent: true };
    const stage = {
      ...{ job: this.job, name: this.name() },
      emit: (event: RunEvent) => this.events.push(event),
      takeUsage: () => ({ cpuNs: 0, wallNs: 0, rssBytes: 0 }),
    };
    const intervals =
      exact === undefined
        ? emitSummary(said.summary, time, stage)
        : emitTally(tallyOf(exact), exact, time, stage);
    const fidelity =
      exact === undefined
        ? said.fidelity
        : ({ kind: "histogram", relativeError: HISTOGRAM_ERROR } as const);
    return {
      ...{ intervals, untilNs: this.job.from * SECOND_NS + said.lengthNs },
      notes: [...said.notes, CLOCK_NOTE],
      ...(fidelity === undefined ? {} : { fidelity }),
    };
  }

  /** By its own clock, as far as it says. */
  private announceStart({ startWallNs }: NighthawkSaid): number {
    const wanted = this.job.from * SECOND_NS;
    const { clock } = this;
    const beginNs =
      startWallNs === undefined || clock === undefined
        ? wanted + START_LEAD_NS
        : Math.max(wanted, clock.toMonotonicNs(startWallNs) - this.t0Ns);
    const latenessNs = Math.round(beginNs - wanted);
    this.events.push({ type: "started", ...this.name(), latenessNs });
    return beginNs;
  }

  private endWithout(error: unknown): void {
    const said = sentenceOf(error);
    const reason = `${this.who()}: ${said}`;
    if (this.stopReason === undefined) {
      this.end({ outcome: "lost", reason, intervals: null, untilNs: null });
      return;
    }
    const notes = [`${this.who()} may go on to its end: it could not be stopped (${said})`];
    this.end({ outcome: "stopped", reason: this.stopReason, intervals: 0, untilNs: 0, notes });
  }

  private end(told: Told): void {
    this.phase = "ended";
    this.requests.end();
    this.events.push({ type: "ended", ...this.name(), ...told });
    this.events.end();
  }

  private who(): string {
    return `nighthawk_service at ${this.call.address}`;
  }

  private name() {
    return { child: this.order.child, incarnation: this.order.incarnation };
  }
}

/** What HTTP/2 says of a peer that answers in HTTP/1. */
const OTHER_PROTOCOL = "Protocol error";

function sentenceOf(error: unknown): string {
  if (error instanceof ConnectError) {
    const { rawMessage } = error;
    return rawMessage === OTHER_PROTOCOL ? "what listens there speaks no gRPC" : rawMessage;
  }
  if (error instanceof NightjarError) return error.message;
  throw error;
}

function startRequest(options: CommandLineOptions, startWallNs: bigint): ExecutionRequest {
  const scheduled = { ...options, scheduledStart: timestampOf(startWallNs) };
  return create(ExecutionRequestSchema, {
    commandSpecificOptions: {
      case: "startRequest",
      value: create(StartRequestSchema, { options: scheduled }),
    },
  });
}

function cancellation(): ExecutionRequest {
  return create(ExecutionRequestSchema, {
    commandSpecificOptions: {
      case: "cancellationRequest",
      value: create(CancellationRequestSchema),
    },
  });
}

/** `undefined`: a service of others, which tells percentiles alone. Throws `protocol`. */
function exactOf({ results }: Output): ExactTotals | undefined {
  const whole = results.find(({ name }) => name === "global");
  return whole === undefined ? undefined : readExactTotals(whole, (bytes) => inflateSync(bytes));
}

/** Of the columns that a driver has whatever the service, and of ages. */
function tallyOf({ tally }: ExactTotals) {
  const { service, failedAge, censoredAge, unsentAge } = tally.histograms;
  return { ...emptyTally(), ...tally, histograms: { service, failedAge, censoredAge, unsentAge } };
}
