/** AgentBook: what is known of each agent of a run beside what it has measured. */

import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { AgentResult } from "@nightjar/core/result/result.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { ClockReading, Head, HeadChild, Log } from "../record.ts";
import { AgentTally } from "./agent-tally.ts";

/** A table of more agents nobody reads, and each costs the fold. */
const MOST_APART = 100;

/** By how much T0 was missed at worst. */
interface ClockError {
  readonly errorNs: number;
  readonly boundNs: number;
}

interface Entry {
  readonly child: HeadChild;
  readonly isExcluded: boolean;
  worst: ClockError;
  sick: string | null;
  readonly tally: AgentTally;
}

type AgentLog = Extract<Log, { type: "clocks" | "lost" | "sick" }>;

export class AgentBook {
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor({ children, generator }: Head, exclude: ReadonlySet<string>) {
    const columns = children.length > MOST_APART ? [] : columnsApart(generator);
    this.entries = new Map(
      children.map((child) => {
        const { spec, agent, clock } = child;
        const isExcluded = [spec.id, agent.id, agent.name].some((name) => exclude.has(name));
        const worst = { errorNs: 0, boundNs: clock.boundNs };
        const tally = new AgentTally(columns);
        return [spec.id, { child, isExcluded, worst, sick: null, tally }];
      }),
    );
  }

  isExcluded(child: string): boolean {
    return this.entries.get(child)?.isExcluded === true;
  }

  isUnknown(child: string): boolean {
    return !this.entries.has(child);
  }

  nameOf(child: string): string | undefined {
    return this.entries.get(child)?.child.agent.name;
  }

  /** Those that were excluded owe all that they would have sent. */
  exclusions(): RunEvent[] {
    return [...this.entries.values()]
      .filter(({ isExcluded }) => isExcluded)
      .map(({ child }) => lostEnd(child.spec.id, "it was excluded"));
  }

  note(log: AgentLog, apply: (event: RunEvent) => void): void {
    if (log.type === "clocks") {
      for (const [child, reading] of Object.entries(log.clocks)) this.compare(child, reading);
    } else if (log.type === "lost") apply(lostEnd(log.child, log.reason));
    else {
      const entry = this.entries.get(log.child);
      if (entry) entry.sick ??= log.reason;
    }
  }

  /** Told of each snapshot once. */
  measure(snapshot: Snapshot): void {
    this.entries.get(snapshot.child)?.tally.add(snapshot);
  }

  /** By child. */
  results(): Record<string, AgentResult> {
    const known = [...this.entries.values()].map(({ child, worst, sick, tally }) => {
      const { id, name, version, labels } = child.agent;
      const isKnown = Number.isFinite(worst.boundNs);
      const agent = {
        ...{ id, name, version, labels: { ...labels }, sick },
        clockErrorMs: isKnown ? inMs(worst.errorNs) : null,
        clockErrorBoundMs: isKnown ? inMs(worst.boundNs) : null,
        ...tally.result(),
      };
      return [child.spec.id, agent] as const;
    });
    return Object.fromEntries(known);
  }

  /** What lies furthest from what T0 was told by, with its own doubt. */
  private compare(child: string, { offsetNs, boundNs }: ClockReading): void {
    const entry = this.entries.get(child);
    if (!entry) return;
    const errorNs = Math.abs(offsetNs - entry.child.clock.offsetNs);
    const { worst } = entry;
    if (errorNs + boundNs > worst.errorNs + worst.boundNs) entry.worst = { errorNs, boundNs };
  }
}

function columnsApart({ latency, columns }: Capabilities) {
  return columns.includes("lag") ? ([latency, "lag"] as const) : [latency];
}

function lostEnd(child: string, reason: string): RunEvent {
  const unknown = { intervals: null, untilNs: null };
  return { type: "ended", child, incarnation: 0, outcome: "lost", reason, ...unknown };
}

/** To the microsecond. */
function inMs(ns: number): number {
  return Math.round(ns / 1000) / (MILLISECOND_NS / 1000);
}
