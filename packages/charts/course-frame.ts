/** What charts over time have in common: their axis, the parts that were not measured, stages. */
import type { Course, CourseRow, Span } from "./course.ts";
import { type Axis, type Frame, frameOf, isPhone, type Size } from "./frame.ts";
import { type Mark, namesIn, plumbLine } from "./marks.ts";
import { timeScale } from "./scale.ts";
import { latencyText, timeTick } from "./spell.ts";
import { element, type Point } from "./svg.ts";

/** Two of each pixel: the lowest and the highest. */
const MOST_POINTS = { page: 1400, phone: 500 } as const;
const MOST_TICKS = { page: 12, phone: 5 } as const;

export interface ChartPlace {
  /** Begins the ids in it: unlike any other on the page. */
  readonly id: string;
  /** One of `WIDTHS`. */
  readonly width: number;
}

export function courseFrame(
  { fromS, toS }: Course,
  size: Size,
  y: Axis,
  labels: readonly string[],
): Frame {
  const scale = timeScale(fromS, toS, MOST_TICKS[isPhone(size) ? "phone" : "page"]);
  const spell = (s: number) => timeTick(s, toS - fromS);
  return frameOf({ size, x: { scale, title: "after the start", spell }, y, labels });
}

/** Behind everything else. */
export function unmeasured(frame: Frame, { unmeasured: spans }: Course): string {
  const { top, bottom } = frame;
  return spans
    .map(({ fromS, toS }) => {
      const [x, end] = [frame.x(fromS), frame.x(toS)];
      const place = { x, y: top, width: end - x, height: bottom - top };
      return element("rect", { ...place, class: "nj-shade" });
    })
    .join("");
}

function nameOf(frame: Frame, name: string, { fromS, toS }: Span): Mark {
  const [fromX, toX] = [frame.x(fromS), frame.x(toS)];
  return { name, x: (fromX + toX) / 2, ink: "faint", within: { fromX, toX } };
}

/** Where stages begin, and where the run was stopped; their names, and of what was not measured. */
export function landmarks(frame: Frame, course: Course): string {
  const { stages, stoppedS, unmeasured: spans } = course;
  const begins = stages.slice(1).map(({ fromS }) => frame.x(fromS));
  const stops = stoppedS === null ? [] : [frame.x(stoppedS)];
  const names = [
    ...stops.map((x): Mark => ({ name: "stopped", x, ink: "bad" })),
    ...spans.map((span) => nameOf(frame, span.name, span)),
    ...stages.map((stage) => nameOf(frame, `stage ${stage.name}`, stage)),
  ];
  const lines = [...begins, ...stops].map((x) => plumbLine(frame, x));
  return lines.join("") + namesIn(frame, names);
}

type Value = number | null;

/**
 * Of many values the lowest and the highest of each stretch, in their order, which looks the same:
 * the line goes through both. Where a whole stretch has none it is broken.
 */
export function thinned(values: readonly Value[], most: number): { at: number; value: Value }[] {
  const all = values.map((value, at) => ({ at, value }));
  if (values.length <= most) return all;
  const size = Math.ceil((2 * values.length) / most);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, k) => {
    const known = all.slice(k * size, (k + 1) * size).filter(({ value }) => value !== null);
    if (known.length === 0) return [{ at: k * size, value: null }];
    const low = known.reduce((a, b) => (b.value! < a.value! ? b : a));
    const high = known.reduce((a, b) => (b.value! > a.value! ? b : a));
    return low === high ? [low] : [low, high].sort((a, b) => a.at - b.at);
  }).flat();
}

/** Through the middles of the rows. */
export function courseLine(
  frame: Frame,
  rows: readonly CourseRow[],
  of: (row: CourseRow) => Value,
): (Point | null)[] {
  const most = MOST_POINTS[isPhone(frame.size) ? "phone" : "page"];
  return thinned(rows.map(of), most).map(({ at, value }) => {
    if (value === null) return null;
    const { fromS, toS } = rows[at];
    return { x: frame.x((fromS + toS) / 2), y: frame.y(value) };
  });
}

export function lastPoint(points: readonly (Point | null)[]): Point | undefined {
  return points.findLast((point) => point !== null) ?? undefined;
}

/** `4–5 s` */
export function spanText({ fromS, toS }: { fromS: number; toS: number }): string {
  const exact = (s: number) => String(Number(s.toPrecision(6)));
  return `${exact(fromS)}–${exact(toS)} s`;
}

export function quantityText(quantity: { value: number; isBound: boolean } | null): string {
  if (quantity === null) return "too few samples";
  return `${quantity.isBound ? "> " : ""}${latencyText(quantity.value)}`;
}
