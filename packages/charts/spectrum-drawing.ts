/** Drawing of percentile spectra: lines over one axis of nines and one of latency. */
import type { CurvePoint } from "./curve.ts";
import { type ChartText, chart, type Frame, frameOf, isPhone, type Size } from "./frame.ts";
import { hintsOver, MOST_HINTS } from "./hints.ts";
import { type LineEnd, lineLabels } from "./line-labels.ts";
import { largestOf, type Scale, scaleFor, smallestOf } from "./scale.ts";
import { latencyText, latencyTick, percentileText } from "./spell.ts";
import { element, lineThrough, type Point, path, polygon } from "./svg.ts";
import type { Tick } from "./ticks.ts";

/** At least one point, rising in x and never falling in ms. */
export interface DrawnLine {
  readonly name: string;
  /** Class of its colour. */
  readonly ink: string;
  readonly points: readonly CurvePoint[];
  /** Known between the points too. */
  readonly isCurve: boolean;
  /** Thick, and its name in bold. */
  readonly isStrong: boolean;
  /** Above what is only a bound. Of one line alone: shades on shades say nothing. */
  readonly isShaded: boolean;
}

/** What the axes have to hold. */
export interface Held {
  /** Of pictures that are to be compared the lines of all. */
  readonly lines: readonly Pick<DrawnLine, "points">[];
  /** Where the axis of latency begins to be of use; 0: with the shortest. */
  readonly fromX: number;
}

const HEIGHT = { page: 380, phone: 320 } as const;
const MOST_Y_TICKS = 8;
const DOT_PX = 3;
/** Below it differences say nothing, unless all is there. */
const LOWEST_MS = 1e-3;
/** Above what is surely true there is more to come. */
const HEADROOM = 1.5;
/** Named beside the nines; the phone has no room. */
const BETWEEN = [0.5, 0.95] as const;

function allPoints({ lines }: Pick<Held, "lines">): CurvePoint[] {
  return lines.flatMap(({ points }) => points);
}

function latencyScale(held: Held): Scale {
  const points = allPoints(held);
  const values = points.map(({ ms }) => ms);
  const bounds = points.filter(({ isBound }) => isBound).map(({ ms }) => ms);
  const high = Math.max(largestOf(values), largestOf(bounds) * HEADROOM);
  const useful = points.filter(({ x }) => x >= held.fromX).map(({ ms }) => ms);
  const low = Math.max(smallestOf(useful), Math.min(LOWEST_MS, high / 10));
  return scaleFor(low, high, MOST_Y_TICKS);
}

/** Whole nines, and the median, and p95 where there is room. */
function ninesScale(endX: number, size: Size): Scale {
  const between = BETWEEN.filter((_, at) => at === 0 || !isPhone(size)).map(
    (q) => -Math.log10(1 - q),
  );
  // Two nines, computed from 0.99, are a little less than two.
  const end = endX + 1e-9;
  const whole = Array.from({ length: Math.floor(end) + 1 }, (_, nines) => nines);
  const values = [...whole, ...between].filter((x) => x <= end).sort((a, b) => a - b);
  const ticks = values.map((value): Tick => ({ value, isMajor: value > 0 || !isPhone(size) }));
  const at = (x: number) => Math.min(Math.max(x / endX, 0), 1);
  return { low: 0, high: endX, isLog: false, ticks, at };
}

/** What lies under the axis stands on it, and its lowest label says so. */
function spellLatency(scale: Scale, held: Held): (ms: number) => string {
  const isUnder = scale.isLog && allPoints(held).some(({ ms }) => ms < scale.low * (1 - 1e-9));
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

/** From what is surely true upwards. */
function shade(frame: Frame, run: readonly CurvePoint[], { ink, isShaded }: DrawnLine): string {
  if (!isShaded || !run[0].isBound) return "";
  const floor = run.map((point) => pixel(frame, point));
  const roof = [floor[floor.length - 1], floor[0]].map(({ x }) => ({ x, y: frame.top }));
  return path(polygon([...floor, ...roof]), `nj-area nj-${ink}`);
}

function strokeOf(frame: Frame, line: DrawnLine): string {
  const { ink, points, isCurve, isStrong } = line;
  const weight = isStrong ? "" : " nj-thin";
  const runs = runsOf(points).map((run) => {
    const dashes = isCurve && !run[0].isBound ? "" : " nj-dashed";
    const places = run.map((point) => pixel(frame, point));
    const stroke = path(lineThrough(places), `nj-line${weight}${dashes} nj-${ink}`);
    return shade(frame, run, line) + stroke;
  });
  const dots = isCurve ? [] : points.map((point) => dot(pixel(frame, point), `nj-${ink}`));
  return [...runs, ...dots].join("");
}

function dot({ x, y }: Point, ink: string): string {
  return element("circle", { cx: x, cy: y, r: DOT_PX, class: `nj-solid ${ink}` });
}

function endOf(frame: Frame, { name, ink, isStrong, points }: DrawnLine): LineEnd {
  return { name, ink, end: pixel(frame, points[points.length - 1]), isStrong };
}

/** At x: the value of the point at or behind it. */
function valueAt({ points }: DrawnLine, x: number): string[] {
  const found = points.find((point) => point.x >= x - 1e-9);
  return found === undefined ? [] : [`${found.isBound ? "> " : ""}${latencyText(found.ms)}`];
}

function hints(frame: Frame, lines: readonly DrawnLine[], endX: number): string {
  const width = endX / MOST_HINTS;
  const all = Array.from({ length: MOST_HINTS }, (_, k) => {
    const x = (k + 0.5) * width;
    const said = lines.flatMap((line) => valueAt(line, x).map((value) => `${line.name} ${value}`));
    const text = [percentileText(x), ...said].join("\n");
    return { fromX: frame.x(k * width), toX: frame.x((k + 1) * width), text };
  });
  return hintsOver(frame, all);
}

const SAID = [0.5, 0.9, 0.99, 0.999].map((q) => -Math.log10(1 - q));

function describe(lines: readonly DrawnLine[]): string {
  return lines
    .map((line) => {
      const values = SAID.flatMap((x) =>
        valueAt(line, x).map((value) => `${percentileText(x)} ${value}`),
      );
      return `${line.name}: ${values.join(", ")}.`;
    })
    .join(" ");
}

export interface SpectrumPlace {
  readonly id: string;
  readonly width: number;
}

export interface SpectrumWords {
  /** Of the picture, for those who do not see it. */
  readonly title: string;
  /** Over its left axis. */
  readonly axis: string;
}

/** Empty where there is no line. What is above others stands first. */
export function drawSpectrum(
  lines: readonly DrawnLine[],
  { id, width }: SpectrumPlace,
  { title, axis }: SpectrumWords,
  held: Held = { lines, fromX: 0 },
): string {
  if (lines.length === 0) return "";
  const size = { width, height: isPhone({ width, height: 0 }) ? HEIGHT.phone : HEIGHT.page };
  const endX = Math.max(1, ...allPoints(held).map(({ x }) => x));
  const scale = latencyScale(held);
  const frame = frameOf({
    size,
    x: { scale: ninesScale(endX, size), title: "percentile", spell: percentileText },
    y: { scale, title: axis, spell: spellLatency(scale, held) },
    labels: lines.map(({ name }) => name),
  });
  const body = [
    frame.drawing,
    ...[...lines].reverse().map((line) => strokeOf(frame, line)),
    lineLabels(
      lines.map((line) => endOf(frame, line)),
      frame,
    ),
    hints(frame, lines, endX),
  ].join("");
  const words: ChartText = { id, title, description: describe(lines) };
  return chart(words, size, body);
}
