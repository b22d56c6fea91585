/**
 * FleetFold: a run's stream → its Result. Idempotent: what comes twice or late changes nothing but
 * what was missing. The coordinator folds while the run goes on, and anybody folds the same stream
 * again.
 */
import { assert, NightjarError } from "@nightjar/core/errors.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Environment, Result } from "@nightjar/core/result/result.ts";
import { resultOf } from "@nightjar/core/result/result-of.ts";
import type { Stop } from "@nightjar/core/result/stop-watch.ts";
import { RunFold } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import { SnapshotCheck } from "../border/snapshot.ts";
import { harmless } from "../border/text.ts";
import type { Stored } from "../bus.ts";
import { encodeRecord, type Head, type Log } from "../record.ts";
import { childOfUp } from "../subjects.ts";
import { refuseContradictions } from "./accounts.ts";
import { AgentBook } from "./agent-book.ts";
import { malformed, type Spoken, StreamWords } from "./stream-words.ts";

export type { Spoken };

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

/** Events that are read before the head they belong to: a broker may tell them in another order. */
const MOST_EARLY = 5_000;

export class FleetFold {
  head: Head | undefined;
  fold: RunFold | undefined;
  agents: AgentBook | undefined;
  /** Whether any agent has begun to send. */
  hasBegun = false;
  /** Whether the coordinator has seen the run to its end. */
  hasEnded = false;
  private readonly words = new StreamWords();
  private early: { readonly event: RunEvent; readonly sequence: number }[] = [];
  private headBytes: Uint8Array | undefined;
  private snapshots: SnapshotCheck | undefined;
  private interrupted: string | undefined;
  private stopped: Stop | undefined;
  private environment: Environment | undefined;

  constructor(private readonly options: FleetFoldOptions = {}) {}

  /**
   * What an agent has said, if it is that; all else is folded. Throws `protocol`, with the record,
   * for what nobody of ours has written, and `refused` for what another version has.
   */
  take(stored: Stored): Spoken | undefined {
    const child = childOfUp(stored.subject);
    if (child !== undefined && this.agents?.isExcluded(child)) {
      this.hasBegun = true;
      return undefined;
    }
    return this.located(stored.sequence, child, () => this.read(stored));
  }

  private read(stored: Stored): Spoken | undefined {
    const word = this.words.read(stored);
    if (word === undefined) return undefined;
    if ("spoken" in word) {
      const { child, message } = word.spoken;
      if (this.agents?.isUnknown(child)) malformed("nobody of that name takes part");
      if (message.type === "event") this.hear(message.event, stored.sequence);
      return word.spoken;
    }
    if ("head" in word) this.begin(word.head, word.bytes);
    else this.note(word.log);
    this.options.onNoted?.("head" in word ? word.head : word.log);
    return undefined;
  }

  private located<T>(sequence: number, child: string | undefined, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof NightjarError) || error.code !== "protocol") throw error;
      const agent = child === undefined ? undefined : this.agents?.nameOf(child);
      const of = agent === undefined ? "" : `, of agent ${agent}`;
      const hint = agent === undefined ? undefined : `--exclude ${agent} passes over what it said`;
      const what = harmless(error.message).replace(/^it is malformed: /, "is malformed: ");
      throw new NightjarError(
        "protocol",
        `record ${sequence} of the run's stream${of}, ${what}`,
        hint,
      );
    }
  }

  /** Of the coordinator: at once, whether or not the stream can still take it. */
  note(record: Head | Log): void {
    if (record.type === "head") this.begin(record, encodeRecord(record));
    else if (record.type === "interrupted") this.interrupted ??= record.reason;
    else if (record.type === "stopped") this.stopped ??= record.stop;
    else if (record.type === "end") this.end(record.environment);
    else this.agents?.note(record, (event) => this.hear(event));
  }

  /** Whether agents have spoken, and nothing says of which run. */
  get isHeadless(): boolean {
    return this.head === undefined && this.early.length > 0;
  }

  /**
   * Ends the fold: agents that have not spoken to their end are taken as lost. Throws `protocol`
   * where what they have said contradicts itself.
   */
  result(deflate: Deflate): Result {
    const { head, fold, agents } = this;
    assert(head !== undefined && fold !== undefined && agents !== undefined, "there is a head");
    const { interrupted, stopped } = this;
    const folded = fold.finish();
    refuseContradictions(folded);
    return resultOf(folded, {
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

  private begin(head: Head, bytes: Uint8Array): void {
    if (this.headBytes !== undefined) {
      if (!areSame(this.headBytes, bytes)) malformed("it is another head than the first");
      return;
    }
    this.headBytes = bytes;
    this.head = head;
    const specs = head.children.map(({ spec }) => spec);
    this.fold = new RunFold(head.plan, specs, this.options.onMerged, head.generator.latency);
    this.agents = new AgentBook(head, this.options.exclude ?? new Set());
    this.snapshots = new SnapshotCheck(head.plan);
    for (const event of this.agents.exclusions()) this.fold.apply(event);
    for (const { event, sequence } of this.early.splice(0)) {
      this.located(sequence, event.child, () => this.hear(event, sequence));
    }
  }

  private hear(event: RunEvent, sequence = 0): void {
    if (!this.fold || !this.agents) {
      this.early.push({ event, sequence });
      if (this.early.length > MOST_EARLY) malformed("no head says of which run it is");
      return;
    }
    if (event.type !== "ended") this.hasBegun = true;
    if (this.agents.isExcluded(event.child)) return;
    if (this.agents.isUnknown(event.child)) malformed("nobody of that name takes part");
    if (event.type === "snapshot") this.snapshots?.check(event);
    const isNew = this.fold.apply(event);
    if (isNew && event.type === "snapshot") this.agents.measure(event);
    this.options.onEvent?.(event);
  }

  private end(environment: Environment): void {
    this.hasEnded = true;
    this.environment = environment;
  }
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
