/**
 * One ExecutionStream: requests in, a response for each start.
 *
 *     start ──nobody runs──▶ a session; its response is written when it is over
 *       └────somebody does─▶ the call ends, after our own response if it is we
 *     cancellation ────────▶ our session ends and is told as usual
 *     anything else ───────▶ the call ends, in the same way
 *
 * A call that goes away takes its session with it.
 */
import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { Channel } from "@nightjar/core/run/channel.ts";
import {
  type CommandLineOptions,
  CommandLineOptionsSchema,
} from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import type {
  ExecutionRequest,
  ExecutionResponse,
  StartRequest,
} from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import { Session, type SessionHouse } from "./session.ts";
import { BUSY, callError, UNSUPPORTED } from "./statuses.ts";

/** Who holds it may send load. */
export class Bench {
  private taken = false;

  /** Whether it was free. */
  take(): boolean {
    if (this.taken) return false;
    this.taken = true;
    return true;
  }

  release(): void {
    this.taken = false;
  }
}

const NOTHING_TO_CANCEL = "No benchmark session was started on this stream.";

export class ExecutionStream {
  private readonly responses = new Channel<ExecutionResponse>();
  private session: Session | undefined;
  private under: Promise<void> | undefined;
  private started = false;

  constructor(
    private readonly bench: Bench,
    private readonly house: SessionHouse,
  ) {}

  /** Throws a `ConnectError` where the contract ends the call with one. */
  async *serve(
    requests: AsyncIterable<ExecutionRequest>,
    signal: AbortSignal,
  ): AsyncGenerator<ExecutionResponse> {
    const abort = () => this.session?.abort();
    signal.addEventListener("abort", abort, { once: true });
    const read = this.read(requests);
    try {
      yield* this.responses;
      const fault = await read;
      if (fault !== undefined) throw callError(fault);
    } finally {
      signal.removeEventListener("abort", abort);
      abort();
    }
  }

  /** Why the call ends, if not by the client's own word. */
  private async read(requests: AsyncIterable<ExecutionRequest>): Promise<string | undefined> {
    let fault: string | undefined;
    try {
      for await (const { commandSpecificOptions: command } of requests) {
        fault = this.obey(command);
        if (fault !== undefined) break;
      }
    } catch {
      // The client has gone, and said so in its own way.
      this.session?.abort();
    }
    await this.under;
    this.responses.end();
    return fault;
  }

  private obey(command: ExecutionRequest["commandSpecificOptions"]): string | undefined {
    if (command.case === "startRequest") return this.start(command.value);
    if (command.case !== "cancellationRequest") return UNSUPPORTED;
    if (!this.started) return NOTHING_TO_CANCEL;
    this.session?.cancel();
    return undefined;
  }

  private start({ options }: StartRequest): string | undefined {
    if (!this.bench.take()) return BUSY;
    this.started = true;
    this.under = this.conduct(options ?? create(CommandLineOptionsSchema));
    return undefined;
  }

  /** The bench is free before the response is written: its reader may start again at once. */
  private async conduct(options: CommandLineOptions): Promise<void> {
    const session = new Session(this.house, options.executionId || randomUUID());
    this.session = session;
    let response: ExecutionResponse;
    try {
      response = await session.conduct(options);
    } finally {
      this.session = undefined;
      this.bench.release();
    }
    this.responses.push(response);
  }
}
