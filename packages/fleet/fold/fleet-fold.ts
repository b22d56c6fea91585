/**
 * FleetFold: a run's stream → its Result. Idempotent: what comes twice or late changes nothing but
 * what was missing. The coordinator folds while the run goes on, and anybody folds the same stream
 * again.
 */
import { assert } from "@nightjar/core/errors.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Environment, Result } from "@nightjar/core/result/result.ts";
import { resultOf } from "@nightjar/core/result/result-of.ts";
import type { Stop } from "@nightjar/core/result/stop-watch.ts";
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { Stored } from "../bus.ts";
import { Assembler } from "../parcel.ts";
import type { Head, Log } from "../record.ts";
import { childOfUp } from "../subjects.ts";
import { AgentBook } from "./agent-book.ts";

export interface FleetFoldOptions {
  /** Names, ids or numbers of agents whose words are passed over. */
  readonly exclude?: ReadonlySet<string>;
  /** Told of every second that is merged, and again of what is added to it later. */
  readonly onMerged?: (merged: Snapshot) => void;
  /** Told of every event of an agent, as it is folded. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Told of every record of the coordinator's that is read. */
  readonly onNoted?: (record: Head | Log) => void;
}

/** What an agent's link has said. */
export interface Spoken {
  readonly child: string;
  readonly message: Message;
}

export class FleetFold {
  head: Head | undefined;
  fold: RunFold | undefined;
  agents: AgentBook | undefined;
  /** Whether any agent has begun to send. */
  hasBegun = false;
  /** Whether the coordinator has seen the run to its end. */
  hasEnded = false;
  private readonly assemblers = new Map<string, Assembler>();
  private early: RunEvent[] = [];
  private interrupted: string | undefined;
  private stopped: Stop | undefined;
  private environment: Environment | undefined;

  constructor(private readonly options: FleetFoldOptions = {}) {}

  /** What an agent has said, if it is that; all else is folded. Throws `protocol`. */
  take({ subject, payload }: Pick<Stored, "subject" | "payload">): Spoken | undefined {
    const whole = this.assemblerOf(subject).add(payload);
    if (whole === undefined) return undefined;
    const child = childOfUp(subject);
    if (child === undefined) {
      const record = decodeFrame(whole) as Head | Log;
      this.note(record);
      this.options.onNoted?.(record);
      return undefined;
    }
    const message = decodeFrame(whole) as Message;
    if (message.type === "event") this.hear(message.event);
    return { child, message };
  }

  /** Of the coordinator: at once, whether or not the stream can still take it. */
  note(record: Head | Log): void {
    if (record.type === "head") this.begin(record);
    else if (record.type === "interrupted") this.interrupted ??= record.reason;
    else if (record.type === "stopped") this.stopped ??= record.stop;
    else if (record.type === "end") this.end(record.environment);
    else this.agents?.note(record, (event) => this.hear(event));
  }

  /** Ends the fold: agents that have not spoken to their end are taken as lost. */
  result(deflate: Deflate): Result {
    const { head, fold, agents } = this;
    assert(head !== undefined && fold !== undefined && agents !== undefined, "there is a head");
    const { interrupted, stopped } = this;
    return resultOf(fold.finish(), {
      id: head.runId,
      startedAt: head.startedAt,
      generator: head.generator,
      workers: head.children.reduce((sum, { spec }) => sum + (spec.workers ?? 1), 0),
      lookupNs: head.lookupNs,
      environment: this.environment ?? head.environment,
      agents: agents.results(),
      deflate,
      ...(interrupted === undefined ? {} : { interrupted }),
      ...(stopped === undefined ? {} : { stopped }),
    });
  }

  private assemblerOf(subject: string): Assembler {
    const known = this.assemblers.get(subject);
    if (known) return known;
    const fresh = new Assembler();
    this.assemblers.set(subject, fresh);
    return fresh;
  }

  private begin(head: Head): void {
    if (this.head) return;
    this.head = head;
    const specs = head.children.map(({ spec }) => spec);
    this.fold = new RunFold(head.plan, specs, this.options.onMerged, head.generator.latency);
    this.agents = new AgentBook(head.children, this.options.exclude ?? new Set());
    for (const event of this.agents.exclusions()) this.fold.apply(event);
    for (const event of this.early.splice(0)) this.hear(event);
  }

  private hear(event: RunEvent): void {
    if (!this.fold || !this.agents) return void this.early.push(event);
    if (event.type !== "ended") this.hasBegun = true;
    if (this.agents.isExcluded(event.child)) return;
    this.fold.apply(event);
    this.options.onEvent?.(event);
  }

  private end(environment: Environment): void {
    this.hasEnded = true;
    this.environment = environment;
  }
}
