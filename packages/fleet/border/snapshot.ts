/**
 * SnapshotCheck: whether an agent's snapshots are such as can be folded: whole counts, cells that
 * the plan has, numbers that add up in themselves. What is looked at is bounded by the plan, so
 * that no agent fills the memory of who folds.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseRecordHeaders } from "@nightjar/core/plan/record-header.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import { PHASES, UNKNOWN } from "@nightjar/core/record/cell.ts";
import { INTERVAL_NS, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { COUNTS, type Counts, type Open, TALLY_HISTOGRAMS } from "@nightjar/core/record/tally.ts";
import { checkHistogram } from "./histogram.ts";
import { amountIn, countIn, malformed, objectIn } from "./whole.ts";

const DAY_S = 24 * 3600;
/** A week, which is the longest plan, and a day. */
export const MOST_INTERVALS = 8 * DAY_S;
/**
 * A machine that has slept may speak of a time beyond the plan, and of none for so long. Each
 * interval in which somebody is missing takes 10 kB of who folds.
 */
const MOST_BEYOND = 3600;
const MOST_KEY_CHARS = 300;
const MOST_SAMPLE_CHARS = 4000;
/** Statuses, kinds of errors and backends in a whole run. */
const MOST_KEYS = 20_000;
/** What adds up is exact below 2^53. */
const MOST_IN_ALL = 2 ** 52;
const DETAILS = /^(queue|passage|blocked|headerBytes|bodyBytes|service:[1-5x]xx)$/;
const CONNECTIONS = ["opened", "reused", "closedByServer", "failed", "resumed"];
const BYTES = ["sent", "received"];
const USAGE = ["cpuNs", "wallNs", "rssBytes"];
const PARTS = ["expected", "received"];

export class SnapshotCheck {
  private readonly stages: number;
  private readonly targets: number;
  private readonly cells: number;
  /** The first interval of which nobody speaks, where the plan says it. */
  private readonly endInterval: number | undefined;
  /** The last of which anybody has spoken. */
  private highest = 0;
  private readonly histograms: ReadonlySet<string>;
  private readonly keys = new Set<string>();
  private total = 0;
  private bytes = 0;

  constructor(plan: Plan) {
    this.stages = plan.load.stages?.length ?? 1;
    this.targets = plan.targets.length;
    this.cells = PHASES.length * (this.stages + 1) * (this.targets + 1);
    this.endInterval = endIntervalOf(plan);
    const recorded = parseRecordHeaders(plan.recordHeaders).map(({ label }) => label);
    const own = recorded.flatMap((label) => [`recorded:${label}`, `overhead:${label}`]);
    this.histograms = new Set([...TALLY_HISTOGRAMS, ...own]);
  }

  /** Throws `protocol`. */
  check(snapshot: Snapshot): void {
    const { interval, cells, turn, connections, bytes, usage, backends, parts } = snapshot;
    if (snapshot.incarnation !== 0) malformed("incarnation", "there is one");
    this.checkInterval(countIn(interval, "interval"));
    if (!Array.isArray(cells) || cells.length > this.cells) malformed("cells", "too many");
    for (const cell of cells) this.checkCell(objectIn(cell, "cells"));
    checkHistogram(turn, "turn");
    for (const amount of amountsIn(connections, CONNECTIONS, "connections"))
      this.add(amount, "connections");
    for (const amount of amountsIn(bytes, BYTES, "bytes")) this.addBytes(amount);
    for (const amount of amountsIn(usage, USAGE, "usage")) amountIn(amount, "usage");
    for (const amount of amountsIn(parts, PARTS, "parts")) this.add(amount, "parts");
    for (const key in objectIn(backends, "backends")) this.checkBackend(key, backends[key]);
  }

  /** All intervals before it that nobody has heard of are going to be accounted for. */
  private checkInterval(interval: number): void {
    const end = this.endInterval ?? Math.min(this.highest + MOST_BEYOND, MOST_INTERVALS);
    if (interval >= end) malformed("interval", "beyond the run");
    this.highest = Math.max(this.highest, interval);
  }

  private checkBackend(address: string, tally: unknown): void {
    this.checkKey(address, "backends");
    const { completed, errors, failed, service } = objectIn(tally, "backends");
    this.add(completed, "backends");
    this.add(errors, "backends");
    this.add(failed, "backends");
    checkHistogram(service, "backends");
  }

  private checkCell({ phase, stage, target, tally }: Record<string, unknown>): void {
    if (phase !== "warmup" && phase !== "measured") malformed("cells", "a phase that there is not");
    if (!isPlace(stage, this.stages) || !isPlace(target, this.targets))
      malformed("cells", "a place that the plan has not");
    const { counts, statuses, errors, histograms, openBefore, open, openAges } = objectIn(
      tally,
      "cells",
    );
    const known = objectIn(counts, "counts") as Counts;
    for (const count of COUNTS) this.add(known[count], count);
    checkBalance(known, openIn(openBefore), openIn(open));
    const kinds = objectIn(statuses, "statuses");
    for (const key in kinds) this.checkStatus(key, kinds[key]);
    const faults = objectIn(errors, "errors");
    for (const key in faults) this.checkError(key, objectIn(faults[key], "errors"));
    const named = objectIn(histograms, "histograms");
    for (const name in named) this.checkNamed(name, named[name]);
    const { inFlight, backlog } = objectIn(openAges, "openAges");
    checkHistogram(inFlight, "openAges");
    checkHistogram(backlog, "openAges");
  }

  private checkNamed(name: string, histogram: unknown): void {
    if (!this.histograms.has(name) && !DETAILS.test(name))
      malformed("histograms", "one that the plan does not ask for");
    checkHistogram(histogram, name);
  }

  private checkStatus(key: string, count: unknown): void {
    this.checkKey(key, "statuses");
    this.add(count, "statuses");
  }

  private checkError(kind: string, { count, sample, atNs }: Record<string, unknown>): void {
    this.checkKey(kind, "errors");
    this.add(count, "errors");
    if (typeof sample !== "string" || sample.length > MOST_SAMPLE_CHARS)
      malformed("errors", "a sample is a text");
    if (atNs !== null) amountIn(atNs, "errors");
  }

  /** Other keys than those of any object, and not ever new ones. */
  private checkKey(key: string, where: string): void {
    if (this.keys.has(key)) return;
    if (key.length > MOST_KEY_CHARS || key in Object.prototype) malformed(where, "no such key");
    this.keys.add(key);
    if (this.keys.size > MOST_KEYS) malformed(where, "more keys than a run can have");
  }

  private addBytes(value: unknown): void {
    this.bytes += countIn(value, "bytes");
    if (this.bytes > MOST_IN_ALL) malformed("bytes", "more than can be counted");
  }

  private add(value: unknown, where: string): void {
    this.total += countIn(value, where);
    if (this.total > MOST_IN_ALL) malformed(where, "more than can be counted");
  }
}

/** Of these keys and no others: whatever there is would be added up. */
function amountsIn(value: unknown, keys: readonly string[], where: string): unknown[] {
  const amounts = objectIn(value, where);
  for (const key in amounts) if (!keys.includes(key)) malformed(where, "no such key");
  return keys.map((key) => amounts[key]);
}

/** `undefined`: the plan ends with the last of so many requests, whenever that is. */
function endIntervalOf(plan: Plan): number | undefined {
  const { endNs, drainNs } = timing(plan);
  if (endNs === Number.POSITIVE_INFINITY) return undefined;
  return Math.ceil((endNs + drainNs) / INTERVAL_NS) + MOST_BEYOND;
}

function isPlace(index: unknown, places: number): boolean {
  return Number.isInteger(index) && (index as number) >= UNKNOWN && (index as number) < places;
}

function openIn(value: unknown): Open {
  const { inFlight, backlog } = objectIn(value, "open");
  return { inFlight: countIn(inFlight, "open"), backlog: countIn(backlog, "open") };
}

/** What became due and was sent is what ended, and what stands open more than before. */
function checkBalance(counts: Counts, before: Open, after: Open): void {
  const { due, sent, dropped, unsent, unknown, completed, failed, censored } = counts;
  const waiting = before.backlog + due - sent - dropped - unsent - unknown;
  const flying = before.inFlight + sent - completed - failed - censored;
  if (waiting === after.backlog && flying === after.inFlight) return;
  malformed("counts", `they do not add up: due ${due}, sent ${sent}, completed ${completed}`);
}
