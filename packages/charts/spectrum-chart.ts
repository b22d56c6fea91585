/** The percentile spectrum as a picture. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { CurvePoint, HistogramReader } from "./curve.ts";
import { type ChartText, chart, type Frame, frameOf, isPhone, type Size } from "./frame.ts";
import { hintsOver, MOST_HINTS } from "./hints.ts";
import { type LineEnd, lineLabels } from "./line-labels.ts";
import { largestOf, type Scale, scaleFor, smallestOf } from "./scale.ts";
import { type SpectrumLine, spectrumOf } from "./spectrum.ts";
import { latencyText, latencyTick, percentileText } from "./spell.ts";
import { element, lineThrough, type Point, path, polygon } from "./svg.ts";
import type { Tick } from "./ticks.ts";

const HEIGHT = { page: 380, phone: 320 } as const;
const MOST_Y_TICKS = 8;
const DOT_PX = 3;
/** Below it differences say nothing, unless all is there. */
const LOWEST_MS = 1e-3;
/** Above what is surely true there is more to come. */
const HEADROOM = 1.5;
/** Named beside the nines; the phone has no room. */
const BETWEEN = [0.5, 0.95] as const;

function allPoints(lines: readonly SpectrumLine[]): CurvePoint[] {
  return lines.flatMap(({ points }) => points);
}

function latencyScale(lines: readonly SpectrumLine[]): Scale {
  const points = allPoints(lines);
  const values = points.map(({ ms }) => ms);
  const bounds = points.filter(({ isBound }) => isBound).map(({ ms }) => ms);
  const high = Math.max(largestOf(values), largestOf(bounds) * HEADROOM);
  const low = Math.max(smallestOf(values), Math.min(LOWEST_MS, high / 10));
  return scaleFor(low, high, MOST_Y_TICKS);
}

/** Whole nines, and the median, and p95 where there is room. */
function ninesScale(endX: number, size: Size): Scale {
  const between = BETWEEN.filter((_, at) => at === 0 || !isPhone(size)).map(
    (q) => -Math.log10(1 - q),
  );
  const whole = Array.from({ length: Math.floor(endX + 1e-9) + 1 }, (_, nines) => nines);
  const values = [...whole, ...between].filter((x) => x <= endX).sort((a, b) => a - b);
  const ticks = values.map((value): Tick => ({ value, isMajor: value > 0 || !isPhone(size) }));
  const at = (x: number) => Math.min(Math.max(x / endX, 0), 1);
  return { low: 0, high: endX, isLog: false, ticks, at };
}

/** What lies under the axis stands on it, and its lowest label says so. */
function spellLatency(scale: Scale, lines: readonly SpectrumLine[]): (ms: number) => string {
  const isUnder = scale.isLog && allPoints(lines).some(({ ms }) => ms < scale.low * (1 - 1e-9));
  return (ms) => {
    const label = scale.isLog ? latencyText(ms) : latencyTick(ms, scale.high);
    return isUnder && ms <= scale.low * (1 + 1e-9) ? `≤ ${label}` : label;
  };
}

function pixel(frame: Frame, { x, ms }: CurvePoint): Point {
  return { x: frame.x(x), y: frame.y(ms) };
}

/** Points side by side of one kind; each run begins where the one before ended. */
function runsOf(points: readonly CurvePoint[]): CurvePoint[][] {
  const runs: CurvePoint[][] = [];
  for (const point of points) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last && before?.isBound === point.isBound) last.push(point);
    else runs.push(before === undefined ? [point] : [{ ...before, isBound: point.isBound }, point]);
  }
  return runs;
}

/** Shaded from what is surely true upwards. Of one line only: shades on shades say nothing. */
function shade(frame: Frame, run: readonly CurvePoint[], { column }: SpectrumLine): string {
  if (column !== "response" || !run[0].isBound) return "";
  const floor = run.map((point) => pixel(frame, point));
  const roof = [floor[floor.length - 1], floor[0]].map(({ x }) => ({ x, y: frame.top }));
  return path(polygon([...floor, ...roof]), `nj-area nj-${column}`);
}

function lineOf(frame: Frame, line: SpectrumLine): string {
  const { column, points, isCurve } = line;
  const weight = column === "response" ? "" : " nj-thin";
  const runs = runsOf(points).map((run) => {
    const dashes = isCurve && !run[0].isBound ? "" : " nj-dashed";
    const places = run.map((point) => pixel(frame, point));
    const stroke = path(lineThrough(places), `nj-line${weight}${dashes} nj-${column}`);
    return shade(frame, run, line) + stroke;
  });
  const dots = isCurve ? [] : points.map((point) => dot(pixel(frame, point), `nj-${column}`));
  return [...runs, ...dots].join("");
}

function dot({ x, y }: Point, ink: string): string {
  return element("circle", { cx: x, cy: y, r: DOT_PX, class: `nj-solid ${ink}` });
}

function endOf(frame: Frame, { column, points }: SpectrumLine): LineEnd {
  const end = pixel(frame, points[points.length - 1]);
  return { name: column, ink: column, end, isStrong: column === "response" };
}

/** At x: the value of the point at or behind it. */
function saidAt({ column, points }: SpectrumLine, x: number): string[] {
  const found = points.find((point) => point.x >= x - 1e-9);
  if (found === undefined) return [];
  return [`${column} ${found.isBound ? "> " : ""}${latencyText(found.ms)}`];
}

function hints(frame: Frame, lines: readonly SpectrumLine[], endX: number): string {
  const width = endX / MOST_HINTS;
  const all = Array.from({ length: MOST_HINTS }, (_, k) => {
    const x = (k + 0.5) * width;
    const said = lines.flatMap((line) => saidAt(line, x));
    const text = [percentileText(x), ...said].join("\n");
    return { fromX: frame.x(k * width), toX: frame.x((k + 1) * width), text };
  });
  return hintsOver(frame, all);
}

const SAID = [0.5, 0.9, 0.99, 0.999].map((q) => -Math.log10(1 - q));

function describe(lines: readonly SpectrumLine[]): string {
  return lines
    .map((line) => {
      const values = SAID.flatMap((x) =>
        saidAt(line, x).map((said) => `${percentileText(x)} ${said.slice(line.column.length + 1)}`),
      );
      return `${line.column}: ${values.join(", ")}.`;
    })
    .join(" ");
}

/** Empty where no column has samples enough. */
export function spectrumChart(
  result: ResultDocument,
  read: HistogramReader,
  { id, width }: { readonly id: string; readonly width: number },
): string {
  const lines = spectrumOf(result, read);
  if (lines.length === 0) return "";
  const size = { width, height: isPhone({ width, height: 0 }) ? HEIGHT.phone : HEIGHT.page };
  const endX = Math.max(1, ...allPoints(lines).map(({ x }) => x));
  const scale = latencyScale(lines);
  const frame = frameOf({
    size,
    x: { scale: ninesScale(endX, size), title: "percentile", spell: percentileText },
    y: { scale, title: "latency by percentile", spell: spellLatency(scale, lines) },
    labels: lines.map(({ column }) => column),
  });
  // What is above others is drawn last.
  const drawn = [...lines].reverse().map((line) => lineOf(frame, line));
  const body = [
    frame.drawing,
    ...drawn,
    lineLabels(
      lines.map((line) => endOf(frame, line)),
      frame,
    ),
    hints(frame, lines, endX),
  ].join("");
  const words: ChartText = { id, title: "Latency by percentile", description: describe(lines) };
  return chart(words, size, body);
}
