/** Errors over time: answered errors and failures together. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type CourseRow, courseOf, groupRows } from "./course.ts";
import { type ChartPlace, courseFrame, landmarks, spanText, unmeasured } from "./course-frame.ts";
import { chart, type Frame, isPhone } from "./frame.ts";
import { hintsOver, MOST_HINTS } from "./hints.ts";
import { fromZero, largestOf } from "./scale.ts";
import { countText, countTick } from "./spell.ts";
import { path, polygon } from "./svg.ts";

const HEIGHT = { page: 170, phone: 170 } as const;
const BARS = { page: 240, phone: 100 } as const;
const MOST_Y_TICKS = 4;
/** A bar that holds anything is seen. */
const LEAST_PX = 1.5;

function bars(frame: Frame, rows: readonly CourseRow[]): string {
  return rows
    .filter(({ errorsPerS }) => errorsPerS > 0)
    .map(({ fromS, toS, errorsPerS }) => {
      const [left, right] = [frame.x(fromS), frame.x(toS)];
      const gap = right - left > 4 ? 1 : 0;
      const top = Math.min(frame.y(errorsPerS), frame.bottom - LEAST_PX);
      return polygon([
        { x: left, y: frame.bottom },
        { x: left, y: top },
        { x: right - gap, y: top },
        { x: right - gap, y: frame.bottom },
      ]);
    })
    .join("");
}

function hints(frame: Frame, rows: readonly CourseRow[]): string {
  return hintsOver(
    frame,
    groupRows(rows, MOST_HINTS).map((row) => ({
      fromX: frame.x(row.fromS),
      toX: frame.x(row.toS),
      text: `${spanText(row)}\n${countText(row.errorsPerS)}/s errors`,
    })),
  );
}

/** Empty where there are none, and of a single row. */
export function errorChart(result: ResultDocument, { id, width }: ChartPlace): string {
  const course = courseOf(result);
  const kind = isPhone({ width, height: 0 }) ? "phone" : "page";
  const rows = groupRows(course.rows, BARS[kind]);
  const most = largestOf(rows.map(({ errorsPerS }) => errorsPerS));
  if (course.rows.length < 2 || most === 0) return "";
  const scale = fromZero(most, MOST_Y_TICKS);
  const y = { scale, title: "errors per second", spell: (n: number) => countTick(n, scale.high) };
  const frame = courseFrame(course, { width, height: HEIGHT[kind] }, y, []);
  const body = [
    unmeasured(frame, course),
    frame.drawing,
    landmarks(frame, course),
    path(bars(frame, rows), "nj-solid nj-bad"),
    hints(frame, course.rows),
  ].join("");
  const description = `Answered errors and failures, at most ${countText(most)} per second.`;
  return chart({ id, title: "Errors over time", description }, frame.size, body);
}
