/**
 * Percentile spectrum: for each part of the response its latency over the percentile, along
 * x = log10(1/(1−q)), so that each further nine takes as much room as the one before.
 */
import type { Latency, ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import {
  type Curve,
  type CurvePoint,
  curveOf,
  type HistogramReader,
  ninesOf,
  SPECTRUM_COLUMNS,
  type SpectrumColumn,
} from "./curve.ts";
import { drawable } from "./scale.ts";

export interface SpectrumLine {
  readonly column: SpectrumColumn;
  /** Everything in its population, with a value or without. */
  readonly n: number;
  /** Rising in x and never falling in ms, at least one. */
  readonly points: readonly CurvePoint[];
  /** From a histogram; else the percentiles that are stated, and nothing between them. */
  readonly isCurve: boolean;
}

/** A curve that does not reach p90 is none. */
const LEAST_NINES = 1;
/** Beyond this a plot has no room. */
const MOST_NINES = 9;
const SAMPLES = 240;

/** A bound of zero says nothing. */
function saysSomething({ ms, isBound }: CurvePoint): boolean {
  return !isBound || ms > 0;
}

/** What a percentile surely is at least, each higher one is too: slots are rounded both ways. */
function neverFalling(points: readonly CurvePoint[]): CurvePoint[] {
  let least = 0;
  return points.map((point) => {
    least = Math.max(least, drawable(point.ms));
    return { ...point, ms: least };
  });
}

function fromCurve(curve: Curve): readonly CurvePoint[] {
  const end = Math.min(curve.endX, MOST_NINES);
  if (end < LEAST_NINES) return [];
  return Array.from({ length: SAMPLES + 1 }, (_, k) => curve.at((k / SAMPLES) * end));
}

/** A number, or what it is at least. */
export function boundOf(quantity: Exclude<ResultQuantity, null>): number {
  return typeof quantity === "number" ? quantity : quantity.atLeast;
}

/** The percentiles that a table states, in their order. */
function fromTable({ percentiles }: Latency): readonly CurvePoint[] {
  const points = Object.entries(percentiles)
    .flatMap(([name, quantity]) => {
      const percent = Number(name);
      if (quantity === null || !(percent > 0 && percent < 100)) return [];
      const x = ninesOf(percent / 100);
      return [{ x, ms: boundOf(quantity), isBound: typeof quantity !== "number" }];
    })
    .filter(({ x }) => x <= MOST_NINES)
    .sort((a, b) => a.x - b.x);
  const last = points[points.length - 1]?.x ?? 0;
  return last < LEAST_NINES - 1e-9 ? [] : points;
}

/** Those columns that there are, and that have samples enough. */
export function spectrumOf(result: ResultDocument, read: HistogramReader): SpectrumLine[] {
  return SPECTRUM_COLUMNS.flatMap((column) => {
    const latency = result.latencyMs[column];
    if (latency === undefined || latency.count === 0) return [];
    const curve = curveOf(result, column, read);
    const points = curve === null ? fromTable(latency) : fromCurve(curve);
    const said = neverFalling(points.filter(saysSomething));
    if (said.length === 0) return [];
    return [{ column, n: latency.count, points: said, isCurve: curve !== null }];
  });
}

/** Whether somewhere only a bound is known, which the shading is about. */
export function hasBounds(lines: readonly SpectrumLine[]): boolean {
  return lines.some(({ points }) => points.some(({ isBound }) => isBound));
}
