/**
 * HdrHistogram's percentile text (`outputPercentileDistribution`, CLASSIC), which its plotters
 * read: values of nanoseconds, written in milliseconds. See docs/formats/hgrm.md.
 *
 * From 0 % on there are five ticks to half of the way that is left to 100 %: 0, 10 … 50, 55 … 75,
 * 77.5 … A line says the value up to which a tick's part of all lies.
 */

import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import {
  HISTOGRAM_SLOTS,
  highestOf,
  lowestOf,
  type SparseHistogram,
} from "@nightjar/core/record/histogram.ts";

const TICKS_PER_HALF_DISTANCE = 5;
const HEAD = "       Value     Percentile TotalCount 1/(1-Percentile)";

/** Of the layout: 3 digits take 2048 sub-buckets, and each further bucket adds half as many. */
const SUB_BUCKETS = 2048;
const BUCKETS = HISTOGRAM_SLOTS / (SUB_BUCKETS / 2) - 1;

function fixed(decimals: number): Intl.NumberFormat {
  return new Intl.NumberFormat("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: false,
  });
}

/** As hdr-histogram-js has them: `toFixed` would round some halves to the other side. */
const VALUE = fixed(3);
const PERCENTILE = fixed(12);
const INVERSE = fixed(2);

function milliseconds(ns: number): string {
  return VALUE.format(ns / MILLISECOND_NS).padStart(12);
}

function percentileAfter(percent: number): number {
  const halvings = Math.floor(Math.log2(100 / (100 - percent))) + 1;
  return percent + 100 / (TICKS_PER_HALF_DISTANCE * 2 ** halvings);
}

/** `percent`: the tick; the last line, of all, has no inverse. */
function lineOf(valueNs: number, percent: number, total: number): string {
  const part = PERCENTILE.format(percent / 100).padStart(2);
  const line = `${milliseconds(valueNs)} ${part} ${String(total).padStart(10)}`;
  return percent < 100 ? `${line} ${INVERSE.format(1 / (1 - percent / 100)).padStart(14)}` : line;
}

function lines({ slots, counts, count }: SparseHistogram): string[] {
  const said: string[] = [];
  let passed = 0;
  let percent = 0;
  for (const [at, slot] of slots.entries()) {
    passed += counts[at];
    while ((100 * passed) / count >= percent) {
      said.push(lineOf(highestOf(slot), percent, passed));
      percent = percentileAfter(percent);
      if (passed === count) break;
    }
  }
  if (count > 0) said.push(lineOf(highestOf(slots[slots.length - 1]), 100, count));
  return said;
}

/** The value that stands for a slot in means, as the family has it. */
function middleOf(slot: number): number {
  const lowest = lowestOf(slot);
  return lowest + Math.floor((highestOf(slot) - lowest + 1) / 2);
}

function meanOver(h: SparseHistogram, of: (middleNs: number) => number): number {
  if (h.count === 0) return 0;
  let sum = 0;
  for (const [at, slot] of h.slots.entries()) sum += of(middleOf(slot)) * h.counts[at];
  return sum / h.count;
}

function footer(h: SparseHistogram): string[] {
  const mean = meanOver(h, (middle) => middle);
  const deviation = Math.sqrt(meanOver(h, (middle) => (middle - mean) * (middle - mean)));
  const whole = (n: number) => String(n).padStart(12);
  return [
    `#[Mean    = ${milliseconds(mean)}, StdDeviation   = ${milliseconds(deviation)}]`,
    `#[Max     = ${milliseconds(h.max)}, Total count    = ${whole(h.count)}]`,
    `#[Buckets = ${whole(BUCKETS)}, SubBuckets     = ${whole(SUB_BUCKETS)}]`,
  ];
}

/** `comments`: free text behind the footer, one line each, where every reader passes over them. */
export function hgrmOf(histogram: SparseHistogram, comments: readonly string[] = []): string {
  const said = comments.map((comment) => `# ${comment.replace(/[\r\n]+/g, " ")}`);
  return `${[HEAD, "", ...lines(histogram), ...footer(histogram), ...said].join("\n")}\n`;
}
