/** Latency over time: of each row the median, the 99th percentile and the longest. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type Course, type CourseRow, type CourseValue, courseOf, groupRows } from "./course.ts";
import {
  type ChartPlace,
  courseFrame,
  courseLine,
  landmarks,
  lastPoint,
  quantityText,
  spanText,
  unmeasured,
} from "./course-frame.ts";
import { chart, type Frame, isPhone } from "./frame.ts";
import { hintsOver, MOST_HINTS } from "./hints.ts";
import { lineLabels } from "./line-labels.ts";
import { largestOf, type Scale, scaleFor, smallestOf } from "./scale.ts";
import { latencyText, latencyTick } from "./spell.ts";
import { dotsOf, lineThrough, type Point, path, polygon } from "./svg.ts";

const HEIGHT = { page: 260, phone: 240 } as const;
const MOST_Y_TICKS = 8;
const MOST_BOUNDS = 120;
/** Above what is surely true there is more to come. */
const HEADROOM = 1.5;
const ARROW_PX = 4;

/** From the top. */
const TRACKS = [
  { name: "max", ink: "offered", line: "nj-line nj-thin nj-offered" },
  { name: "p99", ink: "response", line: "nj-line nj-response" },
  { name: "p50", ink: "service", line: "nj-line nj-thin nj-service" },
] as const;
type Track = (typeof TRACKS)[number];

function valuesOf(rows: readonly CourseRow[]): number[] {
  return rows.flatMap((row) => TRACKS.flatMap(({ name }) => row[name]?.value ?? []));
}

function scaleOf(rows: readonly CourseRow[]): Scale {
  const all = rows.flatMap((row) => TRACKS.flatMap(({ name }) => row[name] ?? []));
  const values = all.map(({ value }) => value);
  const bounds = all.filter(({ isBound }) => isBound).map(({ value }) => value);
  const high = Math.max(largestOf(values), largestOf(bounds) * HEADROOM);
  return scaleFor(smallestOf(values), high, MOST_Y_TICKS);
}

/** Points upwards from what is surely not less. */
function arrow({ x, y }: Point): string {
  return polygon([
    { x: x - ARROW_PX, y: y + ARROW_PX / 2 },
    { x: x + ARROW_PX, y: y + ARROW_PX / 2 },
    { x, y: y - ARROW_PX },
  ]);
}

/** Of rows side by side one arrow, at the largest of them. */
function bounds(frame: Frame, rows: readonly CourseRow[], { name, ink }: Track): string {
  const isBound = (value: CourseValue | null) => value?.isBound === true;
  const arrows = groupRows(rows, MOST_BOUNDS)
    .filter((row) => isBound(row[name]))
    .map((row) => ({ x: frame.x((row.fromS + row.toS) / 2), y: frame.y(row[name]!.value) }));
  return path(arrows.map(arrow).join(""), `nj-solid nj-${ink}`);
}

function hints(frame: Frame, rows: readonly CourseRow[]): string {
  return hintsOver(
    frame,
    groupRows(rows, MOST_HINTS).map((row) => {
      const said = TRACKS.map(({ name }) => `${name} ${quantityText(row[name])}`);
      const text = [spanText(row), ...said].join("\n");
      return { fromX: frame.x(row.fromS), toX: frame.x(row.toS), text };
    }),
  );
}

function describe(rows: readonly CourseRow[]): string {
  const said = TRACKS.flatMap(({ name }) => {
    const values = rows.flatMap((row) => row[name]?.value ?? []);
    if (values.length === 0) return [];
    const [low, high] = [smallestOf(values), largestOf(values)];
    return [`${name} between ${latencyText(low)} and ${latencyText(high)}`];
  });
  return `Of single rows of the series: ${said.join("; ")}.`;
}

function draw(frame: Frame, course: Course): string {
  const { rows } = course;
  const lines = TRACKS.map((track) => ({
    ...track,
    points: courseLine(frame, rows, (row) => row[track.name]?.value ?? null),
  }));
  const ends = lines.flatMap(({ name, ink, points }) => {
    const end = lastPoint(points);
    return end === undefined ? [] : [{ name, ink, end, isStrong: name === "p99" }];
  });
  return [
    unmeasured(frame, course),
    frame.drawing,
    landmarks(frame, course),
    ...lines.map(({ points, line }) => path(lineThrough(points), line)),
    ...lines.map(({ points, ink }) => path(dotsOf(points), `nj-line nj-dots nj-${ink}`)),
    ...TRACKS.map((track) => bounds(frame, rows, track)),
    lineLabels(ends, frame),
    hints(frame, rows),
  ].join("");
}

/** Empty where no row of the series has a latency, and of a single row. */
export function latencyChart(result: ResultDocument, { id, width }: ChartPlace): string {
  const course = courseOf(result);
  const values = valuesOf(course.rows);
  if (course.rows.length < 2 || values.length === 0) return "";
  const kind = isPhone({ width, height: 0 }) ? "phone" : "page";
  const scale = scaleOf(course.rows);
  const spell = (ms: number) => (scale.isLog ? latencyText(ms) : latencyTick(ms, scale.high));
  const y = { scale, title: `${result.generator.latencyKind} latency`, spell };
  const names = TRACKS.map(({ name }) => name);
  const frame = courseFrame(course, { width, height: HEIGHT[kind] }, y, names);
  const words = { id, title: "Latency over time", description: describe(course.rows) };
  return chart(words, frame.size, draw(frame, course));
}

/** Whether somewhere only a bound is known, which the arrows are about. */
export function hasCourseBounds(result: ResultDocument): boolean {
  return courseOf(result).rows.some((row) => TRACKS.some(({ name }) => row[name]?.isBound));
}
