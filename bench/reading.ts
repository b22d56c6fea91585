/**
 * What the clients of the bench print at their end, read: how many answers of status 2xx came, how
 * many exchanges went otherwise, and in how many seconds. Throws `Unreadable` where a number that
 * it needs is not there.
 */
import type { Result } from "@nightjar/core/result/result.ts";

export interface Reading {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
}

export class Unreadable extends Error {
  override name = "Unreadable";

  constructor(what: string, printed: string) {
    super(`no ${what} in:\n${printed.slice(0, 2_000)}`);
  }
}

const UNIT_S: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** The numbers of the pattern's groups. */
function numbers(pattern: RegExp, what: string, printed: string): number[] {
  const found = pattern.exec(printed);
  if (!found) throw new Unreadable(what, printed);
  return found.slice(1).map(Number);
}

/** Of a line that stands there only when there is something to tell. */
function numberIfThere(pattern: RegExp, printed: string): number {
  return Number(pattern.exec(printed)?.[1] ?? 0);
}

function seconds(pattern: RegExp, printed: string): number {
  const found = pattern.exec(printed);
  if (!found) throw new Unreadable("duration", printed);
  return Number(found[1]) * UNIT_S[found[2]];
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** Counts by status code: those of 200 to 299, and the rest. */
function byStatus(counts: Iterable<readonly [string, number]>): [number, number] {
  const all = [...counts];
  const good = sum(all.filter(([status]) => /^2\d\d$/.test(status)).map(([, count]) => count));
  return [good, sum(all.map(([, count]) => count)) - good];
}

/** JSON may have log lines before it. */
function document(printed: string): Record<string, unknown> {
  try {
    return JSON.parse(printed.slice(printed.indexOf("{")));
  } catch {
    throw new Unreadable("JSON", printed);
  }
}

function field(name: string, from: Record<string, unknown>, printed: string): number {
  const value = from[name];
  if (typeof value !== "number") throw new Unreadable(name, printed);
  return value;
}

export function readWrk(printed: string): Reading {
  const [all] = numbers(/(\d+) requests in /, "count of requests", printed);
  const other = numberIfThere(/Non-2xx or 3xx responses: (\d+)/, printed);
  const broken = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/;
  const failed = sum((broken.exec(printed) ?? []).slice(1).map(Number));
  return {
    requests: all - other,
    errors: other + failed,
    seconds: seconds(/ requests in ([\d.]+)(us|ms|s|m|h),/, printed),
  };
}

export function readHey(printed: string): Reading {
  const statuses = printed.matchAll(/^ *\[(\d{3})\]\t(\d+) responses/gm);
  const [requests, other] = byStatus([...statuses].map(([, status, n]) => [status, Number(n)]));
  const [, failures = ""] = printed.split("Error distribution:");
  const failed = sum([...failures.matchAll(/^ *\[(\d+)\]/gm)].map(([, count]) => Number(count)));
  const [total] = numbers(/Total:\s+([\d.]+) secs/, "duration", printed);
  return { requests, errors: other + failed, seconds: total };
}

/** `failed` counts what was answered otherwise, or not at all; a 3xx succeeds for h2load. */
export function readH2load(printed: string): Reading {
  const [failed, timedOut] = numbers(
    / succeeded, (\d+) failed, \d+ errored, (\d+) timeout/,
    "count of failures",
    printed,
  );
  const [good, moved] = numbers(/status codes: (\d+) 2xx, (\d+) 3xx/, "status codes", printed);
  return {
    requests: good,
    errors: moved + failed + timedOut,
    seconds: seconds(/finished in ([\d.]+)(us|ms|s|m|h),/, printed),
  };
}

/** Answers of another length than the first are answers: only the rest of `Failed` fails. */
export function readAb(printed: string): Reading {
  const [complete] = numbers(/^Complete requests: +(\d+)/m, "count of requests", printed);
  const [total] = numbers(/^Time taken for tests: +([\d.]+) seconds/m, "duration", printed);
  const other = numberIfThere(/^Non-2xx responses: +(\d+)/m, printed);
  const kinds = /\(Connect: (\d+), Receive: (\d+), Length: \d+, Exceptions: (\d+)\)/.exec(printed);
  const failed = sum((kinds ?? []).slice(1).map(Number));
  return { requests: complete - other, errors: other + failed, seconds: total };
}

/** Of `vegeta report -type json`: nanoseconds; a status of 0 is no answer. */
export function readVegeta(printed: string): Reading {
  const report = document(printed);
  const statuses = (report.status_codes ?? {}) as Record<string, number>;
  const [requests, errors] = byStatus(Object.entries(statuses));
  const nanoseconds = field("duration", report, printed) + field("wait", report, printed);
  return { requests, errors, seconds: nanoseconds / 1e9 };
}

/** Of `fortio load -json -`: a code of −1 is a broken socket. */
export function readFortio(printed: string): Reading {
  const report = document(printed);
  const codes = (report.RetCodes ?? {}) as Record<string, number>;
  const [requests, errors] = byStatus(Object.entries(codes));
  return { requests, errors, seconds: field("ActualDuration", report, printed) / 1e9 };
}

/** Of `autocannon -j`: `errors` has the timeouts in it. */
export function readAutocannon(printed: string): Reading {
  const report = document(printed);
  const of = (name: string) => field(name, report, printed);
  const errors = of("non2xx") + of("errors") + of("mismatches");
  return { requests: of("2xx"), errors, seconds: of("duration") };
}

export function readResult(printed: string): Result {
  const result = document(printed);
  if (typeof result.durationS !== "number") throw new Unreadable("result", printed);
  return result as Result;
}

/** Of `nightjar run --output json`. */
export function readNightjar(printed: string): Reading {
  const { populations, accounting, durationS } = readResult(printed);
  const { completed, failed, dropped } = accounting;
  return {
    requests: populations.ok,
    errors: completed - populations.ok + failed + dropped,
    seconds: durationS,
  };
}
