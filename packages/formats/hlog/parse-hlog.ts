/**
 * HdrHistogram logs of any 1.x version → intervals. Strict where readers of the family stop in
 * silence.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Deflate, decodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { fromBase64 } from "../base64.ts";
import { mendingQuirk } from "./header-quirk.ts";
import type { HlogInterval } from "./hlog.ts";

export interface ReadInterval extends HlogInterval {
  /** As the line states it: nanoseconds divided by 1e6, where they are such. */
  readonly maxMs: number;
}

export interface Hlog {
  /** `null`: the log does not say. */
  readonly version: string | null;
  /** Seconds since the epoch; `null`: the log does not say. */
  readonly startTimeS: number | null;
  /**
   * What to add to an interval's `startS` for seconds since the epoch; 0 where the stamps are
   * absolute.
   */
  readonly baseTimeS: number;
  /** Of a log of ours: exchanges that are in none of its histograms; `null`: it does not say. */
  readonly unanswered: number | null;
  /** In the order of the lines. */
  readonly intervals: readonly ReadInterval[];
}

const YEAR_S = 365 * 24 * 3600;
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const HINT = "an interval is [Tag=NAME,]START,LENGTH,MAX,BASE64";

const NOTES = {
  version: /^#\[Histogram log format version ([^\]]*)\]/,
  startTime: /^#\[StartTime: (\S+)/,
  baseTime: /^#\[BaseTime: (\S+)/,
  unanswered: /^#(\d{1,15}) exchanges got no answer: they are in none of these histograms$/,
} as const;

interface Notes {
  version: string | null;
  startTime: number | null;
  baseTime: number | null;
  unanswered: number | null;
}

function refuse(line: number, what: string): never {
  throw new NightjarError("file", `histogram log, line ${line}: ${what}`, HINT);
}

function readNumber(line: number, name: string, text: string): number {
  if (!NUMBER.test(text)) refuse(line, `${name} is a number of seconds, found "${shorten(text)}"`);
  return Number(text);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function readNote(notes: Notes, line: number, text: string): void {
  const version = NOTES.version.exec(text)?.[1];
  if (version !== undefined) {
    if (!/^1\.\d+$/.test(version)) refuse(line, `version 1.x can be read, found "${version}"`);
    notes.version = version;
  }
  const unanswered = NOTES.unanswered.exec(text)?.[1];
  if (unanswered !== undefined) notes.unanswered = Number(unanswered);
  for (const name of ["startTime", "baseTime"] as const) {
    const stamp = NOTES[name].exec(text)?.[1];
    if (stamp !== undefined) notes[name] = readNumber(line, name, stamp.replace(/[,\]]$/, ""));
  }
}

function readHistogram(line: number, base64: string, inflate: Deflate): SparseHistogram {
  try {
    return decodeV2Compressed(fromBase64(base64), mendingQuirk(inflate));
  } catch (error) {
    const why = error instanceof NightjarError ? error.message : "not compressed base64";
    return refuse(line, `the histogram "${shorten(base64)}" cannot be read: ${why}`);
  }
}

function readInterval(line: number, text: string, inflate: Deflate): ReadInterval {
  const fields = text.split(",");
  const tag = fields[0].startsWith("Tag=") ? fields.shift()!.slice("Tag=".length) : null;
  if (tag === "") refuse(line, "the tag is empty");
  if (fields.length !== 4) {
    refuse(line, `four fields beside the tag, found ${fields.length}: "${shorten(text)}"`);
  }
  const [start, length, max, base64] = fields.map((field) => field.trim());
  const startS = readNumber(line, "StartTimestamp", start);
  const lengthS = readNumber(line, "Interval_Length", length);
  const maxMs = readNumber(line, "Interval_Max", max);
  return { startS, lengthS, tag, maxMs, histogram: readHistogram(line, base64, inflate) };
}

/** The rule of the family: stamps of more than a year before the start time are counted from it. */
function baseTimeOf({ startTime, baseTime }: Notes, intervals: readonly HlogInterval[]): number {
  if (baseTime !== null) return baseTime;
  if (startTime === null || intervals.length === 0) return 0;
  return intervals[0].startS < startTime - YEAR_S ? startTime : 0;
}

/** Throws `file` with the number of the first line that is not of the format. */
export function parseHlog(text: string, inflate: Deflate): Hlog {
  const notes: Notes = { version: null, startTime: null, baseTime: null, unanswered: null };
  const intervals: ReadInterval[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === "" || line.startsWith('"StartTimestamp"')) continue;
    if (line.startsWith("#")) readNote(notes, index + 1, line);
    else intervals.push(readInterval(index + 1, line, inflate));
  }
  return {
    version: notes.version,
    startTimeS: notes.startTime,
    baseTimeS: baseTimeOf(notes, intervals),
    unanswered: notes.unanswered,
    intervals,
  };
}
