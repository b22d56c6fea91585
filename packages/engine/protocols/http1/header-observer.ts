/**
 * What the headers of one answer after another say to the plan's checks, and the numbers in them.
 * A value may be folded over several lines, so it is looked at when the line after it has begun.
 *
 *     start ─▶ field ─▶ (fold …) ─▶ field ─▶ … ─▶ end ─▶ firstFailed, recorded
 */
import { afterBlanks, beforeBlanks } from "@nightjar/core/plan/blank.ts";
import { type HeaderCheck, headerFault } from "@nightjar/core/plan/check.ts";
import { nanosecondsIn } from "@nightjar/core/plan/decimal.ts";
import type { RecordHeader } from "@nightjar/core/plan/record-header.ts";
import { durationIn } from "@nightjar/core/plan/server-timing.ts";
import { equals, SPACE } from "./head-line.ts";

/** So much of a value is kept to be quoted. */
const QUOTED_BYTES = 61;
const NOT_FOUND = -1;

/** A header that the plan speaks of: what it asks, by place in the lists of the plan. */
interface Watched {
  readonly name: string;
  readonly checks: readonly number[];
  readonly records: readonly number[];
}

/** Of a plan; shared by all its observers. */
export class WatchedHeaders {
  /** By the length of the name. */
  private readonly byLength: (readonly Watched[] | undefined)[] = [];

  constructor(
    readonly checks: readonly HeaderCheck[],
    readonly records: readonly RecordHeader[],
  ) {
    const names = new Set([...checks, ...records].map(({ name }) => name));
    for (const name of names) {
      const before = this.byLength[name.length] ?? [];
      this.byLength[name.length] = [
        ...before,
        { name, checks: placesOf(name, checks), records: placesOf(name, records) },
      ];
    }
  }

  named(bytes: Uint8Array, from: number, colon: number): Watched | null {
    const candidates = this.byLength[colon - from];
    if (candidates === undefined) return null;
    for (const watched of candidates) if (equals(bytes, from, watched.name)) return watched;
    return null;
  }
}

function placesOf(name: string, list: readonly { readonly name: string }[]): number[] {
  return list.flatMap((one, place) => (one.name === name ? [place] : []));
}

export class HeaderObserver {
  /** In ns, in the order of the plan's `recordHeaders`; NaN: none. */
  readonly recorded: Float64Array<ArrayBuffer>;
  private readonly passed: Uint8Array;
  /** Of each check: the first value, or its beginning. */
  private readonly quotes: readonly Uint8Array[];
  private readonly quoteLengths: Int32Array;
  /** The header whose value is being put together, and the value. */
  private current: Watched | null = null;
  private value = new Uint8Array(128);
  private length = 0;

  constructor(private readonly watched: WatchedHeaders) {
    const { checks, records } = watched;
    this.recorded = new Float64Array(records.length);
    this.passed = new Uint8Array(checks.length);
    this.quotes = checks.map(() => new Uint8Array(QUOTED_BYTES));
    this.quoteLengths = new Int32Array(checks.length);
  }

  get isNeeded(): boolean {
    return this.recorded.length + this.passed.length > 0;
  }

  start(): void {
    const { recorded, passed, quoteLengths } = this;
    for (let place = 0; place < recorded.length; place++) recorded[place] = Number.NaN;
    for (let place = 0; place < passed.length; place++) {
      passed[place] = 0;
      quoteLengths[place] = NOT_FOUND;
    }
    this.current = null;
  }

  /** `bytes[from…to)` is a line of the head whose name ends at `colon`. */
  field(bytes: Uint8Array, from: number, colon: number, to: number): void {
    this.end();
    this.current = this.watched.named(bytes, from, colon);
    this.length = 0;
    if (this.current !== null) this.append(bytes, colon + 1, to);
  }

  /** That line goes on: a fold is read as one blank (RFC 9112 §5.2). */
  fold(bytes: Uint8Array, from: number, to: number): void {
    if (this.current === null) return;
    this.demand(1);
    if (this.length > 0) this.value[this.length++] = SPACE;
    this.append(bytes, from, to);
  }

  /** No line follows, or another has begun. */
  end(): void {
    const { current } = this;
    if (current === null) return;
    for (const place of current.checks) this.check(place);
    for (const place of current.records) this.record(place);
    this.current = null;
  }

  /** The place of the first check that no value has passed; −1: there is none. */
  firstFailed(): number {
    const { passed } = this;
    for (let place = 0; place < passed.length; place++) if (passed[place] === 0) return place;
    return NOT_FOUND;
  }

  sentence(place: number): string {
    const length = this.quoteLengths[place];
    const quote = this.quotes[place].subarray(0, Math.max(length, 0));
    const found = length === NOT_FOUND ? undefined : String.fromCharCode(...quote);
    return headerFault(this.watched.checks[place], found);
  }

  private append(bytes: Uint8Array, from: number, to: number): void {
    const start = afterBlanks(bytes, from, to);
    const stop = beforeBlanks(bytes, start, to);
    this.demand(stop - start);
    for (let at = start; at < stop; at++) this.value[this.length++] = bytes[at];
  }

  private demand(bytes: number): void {
    const length = this.length + bytes;
    if (length <= this.value.length) return;
    const longer = new Uint8Array(Math.max(length, this.value.length * 2));
    longer.set(this.value.subarray(0, this.length));
    this.value = longer;
  }

  private check(place: number): void {
    if (this.quoteLengths[place] === NOT_FOUND) this.quote(place);
    if (this.passed[place] === 0 && this.holds(this.watched.checks[place])) this.passed[place] = 1;
  }

  private quote(place: number): void {
    const length = Math.min(this.length, QUOTED_BYTES);
    for (let at = 0; at < length; at++) this.quotes[place][at] = this.value[at];
    this.quoteLengths[place] = length;
  }

  private holds(check: HeaderCheck): boolean {
    if (check.kind === "present") return true;
    if (check.kind === "equals") return this.isText(check.value);
    const { pattern } = check;
    return pattern.isMatch(pattern.after(pattern.start, this.value, 0, this.length));
  }

  private isText(text: string): boolean {
    if (text.length !== this.length) return false;
    for (let at = 0; at < this.length; at++) {
      if (this.value[at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  /** The first value that holds a number counts. */
  private record(place: number): void {
    if (!Number.isNaN(this.recorded[place])) return;
    const { isServerTiming, metric, unitNs } = this.watched.records[place];
    this.recorded[place] = isServerTiming
      ? durationIn(this.value, 0, this.length, metric)
      : nanosecondsIn(this.value, 0, this.length, unitNs);
  }
}
