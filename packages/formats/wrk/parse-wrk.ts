/**
 * The text that wrk and wrk2 print → what it says, with what they print on standard error among it.
 * Lines that neither of them has (a script's own, wrk2's complaint of a clock that went back) are
 * kept as remarks.
 */
import { Lines } from "./lines.ts";
import { readSpectrum, type Spectrum } from "./spectrum.ts";
import { type Read, readBytes, readMetric, readPercent, readTime } from "./units.ts";

/** Over threads, or over samples; `null`: not a number. */
export interface WrkStats {
  readonly avg: number | null;
  readonly stdev: number | null;
  readonly max: number | null;
  /** Of the samples within one deviation of the mean. */
  readonly withinStdevPercent: number | null;
}

export interface WrkDistribution {
  /** From due on; of wrk, and of wrk2's second, from the sending on. */
  readonly kind: "corrected" | "uncorrected" | "plain";
  readonly percentiles: readonly { readonly percent: number; readonly ns: number | null }[];
  readonly spectrum: Spectrum | null;
}

export interface WrkReport {
  readonly kind: "report";
  readonly tool: "wrk" | "wrk2";
  /** As it was asked for: `12s`. */
  readonly duration: string;
  readonly url: string;
  readonly threads: number;
  readonly connections: number;
  /** Of each thread of wrk2; a mean of nothing is `null`. */
  readonly calibrations: readonly { readonly meanNs: number | null; readonly intervalMs: number }[];
  /** Nanoseconds. */
  readonly latency: WrkStats;
  /** Requests per second of a thread. */
  readonly requestRate: WrkStats;
  readonly distributions: readonly WrkDistribution[];
  readonly requests: number;
  readonly runtimeNs: number;
  /** To three digits or more. */
  readonly bytesRead: number;
  readonly socketErrors: Readonly<Record<SocketError, number>>;
  /** Answers with a status above 399. */
  readonly statusErrors: number;
  readonly requestsPerS: number;
  readonly transferPerS: number;
  readonly remarks: readonly string[];
}

/** No connection could be made: nothing was measured. */
export interface WrkRefusal {
  readonly kind: "refused";
  readonly reason: string;
}

export const SOCKET_ERRORS = ["connect", "read", "write", "timeout"] as const;
export type SocketError = (typeof SOCKET_ERRORS)[number];

const REFUSED = /^(?:unable to (?:connect to|resolve|create thread) |invalid URL: )/;
const RUNNING = /^Running (\d+[smh]) test @ (\S+)$/;
const THREADS = /^ +(\d{1,9}) threads and (\d{1,9}) connections$/;
const CALIBRATION =
  /^ +Thread calibration: mean lat\.: (\d+\.\d+)ms, rate sampling interval: (\d+)ms$/;
const HEAD = /^ +Thread Stats +Avg +Stdev +Max +\+\/- Stdev$/;
const DISTRIBUTION = /^ +Latency Distribution(?: \(HdrHistogram - (Recorded|Uncorrected) .*\))?$/;
const PERCENTILE = /^ *(\d+(?:\.\d+)?)% +(\S+) *$/;
const SPECTRUM = /^ +Detailed Percentile spectrum:$/;
const RULE = /^-+$/;
const REQUESTS = /^ +(\d{1,15}) requests in (\S+), (\S+) read$/;
const ERRORS = /^ +Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)$/;
const STATUS = /^ +Non-2xx or 3xx responses: (\d+)$/;
const RATE = /^Requests\/sec: +(\S+)$/;
const TRANSFER = /^Transfer\/sec: +(\S+)$/;

/** What wrk2 prints for the mean of nothing: not a number, as the largest whole one. */
const NOTHING_MS = 9e15;

/** What belongs to a distribution whose title nobody has understood. */
const NUMBERS = /^ *\d+\.\d+ +[01]\.\d+ |^#\[|^ *\d+(\.\d+)?% /;

/** Takes a line that is none of wrk's. */
function takeRemark(lines: Lines, wanted: string, remarks: string[]): void {
  if (lines.isOver) lines.cutShort(wanted);
  const line = lines.take();
  if (NUMBERS.test(line)) lines.blame(`${wanted} is wanted`);
  if (line.trim() !== "") remarks.push(line.trim());
}

/** Takes lines up to the one that is wanted; those before are remarks. */
function until(lines: Lines, pattern: RegExp, wanted: string, remarks: string[]): string[] {
  for (;;) {
    const found = lines.match(pattern);
    if (found !== null) return found;
    takeRemark(lines, wanted, remarks);
  }
}

function known(lines: Lines, value: Read, wanted: string): number | null {
  return value === undefined ? lines.blame(`${wanted} is wanted`) : value;
}

function number(lines: Lines, value: Read, wanted: string): number {
  return known(lines, value, wanted) ?? lines.blame(`${wanted} is wanted`);
}

function readStats(
  lines: Lines,
  name: string,
  read: (text: string) => Read,
  remarks: string[],
): WrkStats {
  const row = new RegExp(`^ +${name} +(\\S+) +(\\S+) +(\\S+) +(\\S+)$`);
  const [avg, stdev, max, within] = until(lines, row, `the line of ${name}`, remarks);
  const cell = (text: string) => known(lines, read(text), `a number of ${name}`);
  return {
    avg: cell(avg),
    stdev: cell(stdev),
    max: cell(max),
    withinStdevPercent: known(lines, readPercent(within), "a percentage"),
  };
}

function readCalibrations(lines: Lines, remarks: string[]): WrkReport["calibrations"] {
  const calibrations: { meanNs: number | null; intervalMs: number }[] = [];
  while (lines.match(HEAD) === null) {
    const found = lines.match(CALIBRATION);
    if (found !== null) {
      const meanMs = Number(found[0]);
      const meanNs = meanMs >= NOTHING_MS ? null : Math.round(meanMs * 1e6);
      calibrations.push({ meanNs, intervalMs: Number(found[1]) });
      continue;
    }
    takeRemark(lines, "the line Thread Stats", remarks);
  }
  return calibrations;
}

function readDistribution(lines: Lines, title: string | undefined): WrkDistribution {
  const percentiles: { percent: number; ns: number | null }[] = [];
  for (let found = lines.match(PERCENTILE); found !== null; found = lines.match(PERCENTILE)) {
    percentiles.push({
      percent: Number(found[0]),
      ns: known(lines, readTime(found[1]), "a latency"),
    });
  }
  if (title === undefined) return { kind: "plain", percentiles, spectrum: null };
  while (lines.match(/^ *$/) !== null);
  const hasSpectrum = lines.match(SPECTRUM) !== null;
  const spectrum = hasSpectrum ? readSpectrum(lines) : null;
  lines.match(RULE);
  const kind = title === "Recorded" ? "corrected" : "uncorrected";
  return { kind, percentiles, spectrum };
}

/** All of them, and the line behind them, which says how many requests there were. */
function readDistributions(lines: Lines, remarks: string[]) {
  const distributions: WrkDistribution[] = [];
  for (;;) {
    const title = lines.match(DISTRIBUTION);
    if (title !== null) {
      distributions.push(readDistribution(lines, title[0]));
      continue;
    }
    const total = lines.match(REQUESTS);
    if (total !== null) return { distributions, total };
    takeRemark(lines, "the number of requests", remarks);
  }
}

type Errors = Pick<WrkReport, "socketErrors" | "statusErrors">;

function readErrors(lines: Lines, requests: number): Errors {
  const socket = lines.match(ERRORS) ?? [];
  const status = lines.match(STATUS) ?? [];
  if (Number(status[0] ?? 0) > requests) lines.blame(`at most ${requests} answers are wanted`);
  const entries = SOCKET_ERRORS.map((name, at) => [name, Number(socket[at] ?? 0)]);
  return {
    socketErrors: Object.fromEntries(entries) as Record<SocketError, number>,
    statusErrors: Number(status[0] ?? 0),
  };
}

/** Only wrk2 has a histogram of its own, calibrates, and has no rate where it did not. */
function toolOf(
  calibrations: WrkReport["calibrations"],
  distributions: readonly WrkDistribution[],
  { avg }: WrkStats,
): WrkReport["tool"] {
  const isSecond = calibrations.length > 0 || distributions.some(({ kind }) => kind !== "plain");
  return isSecond || avg === null ? "wrk2" : "wrk";
}

function readReport(lines: Lines): WrkReport {
  const remarks: string[] = [];
  const [duration, url] = until(lines, RUNNING, "the line Running", remarks);
  const [threads, connections] = until(lines, THREADS, "the number of threads", remarks);
  const calibrations = readCalibrations(lines, remarks);
  const latency = readStats(lines, "Latency", readTime, remarks);
  const requestRate = readStats(lines, "Req/Sec", readMetric, remarks);
  const { distributions, total } = readDistributions(lines, remarks);
  const runtimeNs = number(lines, readTime(total[1]), "a time");
  const bytesRead = number(lines, readBytes(total[2]), "a number of bytes");
  const errors = readErrors(lines, Number(total[0]));
  const [rate] = until(lines, RATE, "Requests/sec", remarks);
  const requestsPerS = number(lines, readMetric(rate), "a rate");
  const [transfer] = until(lines, TRANSFER, "Transfer/sec", remarks);
  const transferPerS = number(lines, readBytes(transfer), "bytes per second");
  const rest = lines.takeRest().map((line) => line.trim());
  remarks.push(...rest.filter((line) => line !== ""));
  return {
    kind: "report",
    tool: toolOf(calibrations, distributions, requestRate),
    ...{ duration, url, threads: Number(threads), connections: Number(connections) },
    ...{ calibrations, latency, requestRate, distributions },
    ...{ requests: Number(total[0]), runtimeNs, bytesRead },
    ...errors,
    ...{ requestsPerS, transferPerS, remarks },
  };
}

/** `undefined`: it says that it ran. */
function refusalIn(text: string): string | undefined {
  if (/^Running /m.test(text)) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.find((line) => REFUSED.test(line));
}

/** Throws `file` with the line of the first thing that is wrong, or of its early end. */
export function parseWrk(text: string): WrkReport | WrkRefusal {
  const reason = refusalIn(text);
  if (reason !== undefined) return { kind: "refused", reason };
  const lines = new Lines(text);
  if (lines.isOver) lines.cutShort("what wrk prints");
  return readReport(lines);
}
