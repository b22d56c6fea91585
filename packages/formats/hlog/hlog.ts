/**
 * HdrHistogram's log format, version 1.3: text that every HdrHistogram tool reads. Here the values
 * are nanoseconds, and `Interval_Max` is in milliseconds (the format's usual ratio of 1e6). See
 * docs/formats/hlog.md.
 */
import { assert } from "@nightjar/core/errors.ts";
import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { type Deflate, encodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import type { SparseHistogram } from "@nightjar/core/record/histogram.ts";
import { toBase64 } from "../base64.ts";

export const HLOG_VERSION = "1.3";

/** The titles of the columns; readers skip it. */
const LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';

/** The format separates fields by commas and spaces, and has no way to quote them. */
const UNTAGGABLE = /[,\s]/;

export interface HlogInterval {
  /** Seconds after the log's base time. */
  readonly startS: number;
  readonly lengthS: number;
  /** `null`: the line bears no tag. */
  readonly tag: string | null;
  /** Of nanoseconds. */
  readonly histogram: SparseHistogram;
}

/** One line as it is written: the histogram in base64 of its compressed V2 form. */
export interface HlogLine {
  readonly startS: number;
  readonly lengthS: number;
  readonly tag: string | null;
  readonly maxNs: number;
  readonly base64: string;
}

export interface HlogHead {
  /** ISO 8601; the log's start and base time. */
  /** ISO 8601; `null`: nobody knows. */
  readonly startedAt: string | null;
  /** Free text at the head, one line each. */
  readonly comments?: readonly string[];
}

function lineOf({ startS, lengthS, tag, maxNs, base64 }: HlogLine): string {
  assert(tag === null || (tag !== "" && !UNTAGGABLE.test(tag)), `"${tag}" can be a tag`);
  const prefix = tag === null ? "" : `Tag=${tag},`;
  const maxMs = (maxNs / MILLISECOND_NS).toFixed(3);
  return `${prefix}${startS.toFixed(3)},${lengthS.toFixed(3)},${maxMs},${base64}`;
}

function headOf({ startedAt, comments = [] }: HlogHead): string[] {
  return [
    ...comments.map((comment) => `#${comment.replace(/[\r\n]+/g, " ")}`),
    `#[Histogram log format version ${HLOG_VERSION}]`,
    ...(startedAt === null ? [] : timesOf(startedAt)),
    LEGEND,
  ];
}

function timesOf(startedAt: string): string[] {
  const epochMs = Date.parse(startedAt);
  assert(Number.isFinite(epochMs), `"${startedAt}" is a time`);
  const epochS = (epochMs / 1000).toFixed(3);
  return [
    `#[StartTime: ${epochS} (seconds since epoch), ${startedAt}]`,
    // Said outright: without it readers guess from the stamps whether they are absolute.
    `#[BaseTime: ${epochS} (seconds since epoch)]`,
  ];
}

/** Readers take the stamps to be in order. */
export function hlogOfLines(lines: readonly HlogLine[], head: HlogHead): string {
  const inOrder = [...lines].sort((a, b) => a.startS - b.startS);
  return `${[...headOf(head), ...inOrder.map(lineOf)].join("\n")}\n`;
}

export function hlogOf(
  intervals: readonly HlogInterval[],
  { deflate, ...head }: HlogHead & { readonly deflate: Deflate },
): string {
  const lines = intervals.map(({ histogram, ...rest }) => ({
    ...rest,
    maxNs: histogram.max,
    base64: toBase64(encodeV2Compressed(histogram, deflate)),
  }));
  return hlogOfLines(lines, head);
}
