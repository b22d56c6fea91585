/**
 * wrk2's spectrum of percentiles: the whole histogram, cut at the ticks of HdrHistogram. Each row
 * says the value up to which so many latencies lie.
 *
 *            Value   Percentile   TotalCount 1/(1-Percentile)
 *
 *            2.255     0.000000            1         1.00
 *     #[Mean    =        5.613, StdDeviation   =       10.963]
 */
import { type EdgeCount, type EdgeHistogram, edgeHistogram } from "../foreign/edge-histogram.ts";
import type { Lines } from "./lines.ts";

export interface SpectrumRow {
  readonly valueNs: number;
  /** From 0 to 1. */
  readonly percentile: number;
  readonly totalCount: number;
}

export interface Spectrum {
  readonly rows: readonly SpectrumRow[];
  /** `null`: nothing was recorded. */
  readonly meanNs: number | null;
  readonly stddevNs: number | null;
  /** The lowest value that stands for the longest. */
  readonly maxNs: number;
  readonly count: number;
}

const ROW = /^ *(\d+\.\d{3}) +([01]\.\d{6}) +(\d{1,15}) +(\d+\.\d\d|inf) *$/;
const MEAN = /^#\[Mean += +(-?nan|\d+\.\d+), StdDeviation += +(-?nan|\d+\.\d+)\]$/;
const MAX = /^#\[Max += +(\d+\.\d+), Total count += +(\d{1,15})\]$/;
const BUCKETS = /^#\[Buckets += +\d+, SubBuckets += +\d+\]$/;

const MILLISECOND_NS = 1e6;
const MICROSECOND_NS = 1e3;
/** wrk2 has three digits: 2,048 values of one microsecond, then 1,024 of two, … */
const EXACT_BITS = 10;

function milliseconds(text: string): number {
  return Math.round(Number(text) * MILLISECOND_NS);
}

function numberOrNull(text: string): number | null {
  return text.endsWith("nan") ? null : milliseconds(text);
}

function readRows(lines: Lines): SpectrumRow[] {
  const rows: SpectrumRow[] = [];
  for (let found = lines.match(ROW); found !== null; found = lines.match(ROW)) {
    const [value, percentile, total] = found;
    const row = {
      valueNs: milliseconds(value),
      percentile: Number(percentile),
      totalCount: Number(total),
    };
    const before = rows[rows.length - 1];
    const isRising =
      before === undefined ||
      (row.valueNs >= before.valueNs &&
        row.percentile >= before.percentile &&
        row.totalCount >= before.totalCount);
    if (!isRising) lines.blame("a row that is not below the one before is wanted");
    rows.push(row);
  }
  return rows;
}

function need(lines: Lines, pattern: RegExp, wanted: string): string[] {
  const found = lines.match(pattern);
  if (found !== null) return found;
  if (lines.isOver) return lines.cutShort(wanted);
  lines.take();
  return lines.blame(`${wanted} is wanted`);
}

/** What follows the title `Detailed Percentile spectrum:`. Throws `file`. */
export function readSpectrum(lines: Lines): Spectrum {
  need(
    lines,
    /^ *Value +Percentile +TotalCount +1\/\(1-Percentile\) *$/,
    "the head of the spectrum",
  );
  need(lines, /^ *$/, "an empty line");
  const rows = readRows(lines);
  const [mean, deviation] = need(lines, MEAN, "a row of the spectrum, or its mean,");
  const [max, count] = need(lines, MAX, "the maximum of the spectrum");
  const total = Number(count);
  const last = rows[rows.length - 1];
  if (last?.totalCount !== total || (total > 0 && last.percentile !== 1)) {
    lines.blame(`the count of the last row, at 100 %, is wanted: ${last?.totalCount ?? "none"}`);
  }
  need(lines, BUCKETS, "the number of buckets");
  return {
    rows,
    meanNs: numberOrNull(mean),
    stddevNs: numberOrNull(deviation),
    maxNs: milliseconds(max),
    count: total,
  };
}

/** The lowest value that the first row may stand for. */
function lowestNs(valueNs: number): number {
  const us = Math.round(valueNs / MICROSECOND_NS);
  const unit = us < 2 ** (EXACT_BITS + 1) ? 1 : 2 ** (Math.floor(Math.log2(us)) - EXACT_BITS);
  return Math.floor(us / unit) * unit * MICROSECOND_NS;
}

/** The value of the last row stands for the longest, so that no percentile is too low. */
export function spectrumHistogram({ rows, meanNs, stddevNs }: Spectrum): EdgeHistogram {
  const buckets: EdgeCount[] = [];
  let passed = 0;
  let fromNs = lowestNs(rows[0]?.valueNs ?? 0);
  for (const { valueNs, totalCount } of rows) {
    const count = totalCount - passed;
    if (count === 0) continue;
    buckets.push({ fromNs, upToNs: valueNs, count });
    passed = totalCount;
    fromNs = valueNs + MICROSECOND_NS;
  }
  const maxNs = rows[rows.length - 1]?.valueNs ?? null;
  return edgeHistogram(buckets, { minNs: null, meanNs, stddevNs, maxNs });
}
