/** The server under load, the generator of one check, and what both say. */
import { expect } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Ended, LoadGenerator, Run, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { OriginRow } from "@nightjar/origin/log.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { wholeOrder } from "./runs.ts";
import { until } from "./runs-here.ts";

export interface Subject {
  readonly generator: LoadGenerator;
  /** Of the processes under it: gone after `dispose`. */
  readonly pids?: readonly number[];
  /** `started` travels alone over a link that repeats and reorders: it may come twice, or not. */
  readonly looseStart?: boolean;
  dispose(): Promise<void>;
}

/** A fresh one for each run. */
export type MakeSubject = () => Promise<Subject> | Subject;

const NUMBER_HEADER = "x-nightjar-number";
/** So that none waits for another even where the machine stands still for a while. */
const MANY = 200;

export class Bench {
  subject!: Subject;
  private origin!: ChildOrigin;

  constructor(
    private readonly make: MakeSubject,
    readonly capabilities: Capabilities,
  ) {}

  async open(): Promise<void> {
    this.origin = await startChildOrigin("--log", "--number-header", NUMBER_HEADER);
  }

  async close(): Promise<void> {
    await this.origin.stop();
  }

  async try(check: (bench: Bench) => Promise<void>): Promise<void> {
    await fetch(`${this.origin.url}/.control/log`, { method: "DELETE" });
    this.subject = await this.make();
    try {
      await check(this);
    } finally {
      await this.subject.dispose();
    }
    for (const pid of this.subject.pids ?? []) expect(isAlive(pid)).toBe(false);
  }

  /** It numbers its exchanges, so that each can be found in the server's log. */
  get numbers(): boolean {
    return this.capabilities.features.includes("number-header");
  }

  /** It begins at T0 to the microsecond, and knows at any time what it has sent. */
  get isInstant(): boolean {
    return this.capabilities.start === "instant";
  }

  get isOpen(): boolean {
    return this.capabilities.models.includes("open");
  }

  /** Connections for `exchanges`: many, or as near as an arithmetic of its own allows. */
  manyFor(exchanges: number): number {
    if (this.capabilities.exactCounts) return MANY;
    let connections = Math.min(MANY, Math.floor(exchanges / 2));
    while (exchanges % connections !== 0) connections--;
    return connections;
  }

  /** `load` against a server that behaves like `behaviour`; a closed loop, if there is no other. */
  plan(behaviour: string, load: PlanDocument["load"], more: Partial<PlanDocument> = {}) {
    const targets = [{ url: `${this.origin.url}/?${behaviour}` }];
    const numbered = this.numbers ? { numberHeader: NUMBER_HEADER } : {};
    const possible: PlanDocument["load"] = this.isOpen
      ? load
      : { model: "closed", connections: load?.connections };
    return resolvePlan({ targets, load: possible, ...numbered, ...more });
  }

  prepare(plan: PlanDocument, more: { from?: number; signal?: AbortSignal } = {}): Promise<Run> {
    const { from = 0, signal = new AbortController().signal } = more;
    return this.subject.generator.prepare({ ...wholeOrder(resolvePlan(plan), "c"), from }, signal);
  }

  rows(): Promise<OriginRow[]> {
    return readOriginLog(this.origin.url);
  }

  /** Connections that have been open, and are. */
  async connections(): Promise<[accepted: number, open: number]> {
    const response = await fetch(`${this.origin.url}/.control/stats`);
    const stats = (await response.json()) as Record<string, number>;
    return [stats.connectionsAccepted, stats.connectionsOpen];
  }

  /** Once started; each interval once; once ended, which is the last word. */
  expectOrder(
    events: readonly RunEvent[],
    { from = 0, child }: { from?: number; child: string },
  ): Ended {
    const ended = events.at(-1) as Ended;
    expect(ended.type).toBe("ended");
    expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
    const starts = events.filter(({ type }) => type === "started").length;
    // Services elsewhere say it with their results, for which who stops twice does not wait.
    const isSaid = this.capabilities.start !== "wall" || ended.outcome === "done";
    if (!this.subject.looseStart) expect(isSaid || starts > 0 ? starts : 1).toBe(1);
    for (const event of events) expect(event.child).toBe(child);
    const intervals = events.flatMap((one) => (one.type === "snapshot" ? one.interval : []));
    const { intervals: said } = ended;
    expect(intervals.sort((a, b) => a - b)).toEqual(range(from, from + (said as number)));
    return ended;
  }

  /** Sockets are closed at the server a moment after they are closed by us. */
  async noneOpen(): Promise<void> {
    await until(async () => (await this.connections())[1] === 0);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
