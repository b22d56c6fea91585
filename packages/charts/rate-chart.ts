/** What was offered and what was answered, over time. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type Course, type CourseRow, courseOf, groupRows } from "./course.ts";
import {
  type ChartPlace,
  courseFrame,
  courseLine,
  landmarks,
  lastPoint,
  spanText,
  unmeasured,
} from "./course-frame.ts";
import { chart, type Frame, isPhone } from "./frame.ts";
import { hintsOver, MOST_HINTS } from "./hints.ts";
import { lineLabels } from "./line-labels.ts";
import { fromZero, largestOf } from "./scale.ts";
import { countText, countTick } from "./spell.ts";
import { lineThrough, type Point, path, polygon } from "./svg.ts";

const HEIGHT = { page: 220, phone: 210 } as const;
const MOST_Y_TICKS = 5;

function under(frame: Frame, points: readonly (Point | null)[]): string {
  const known = points.filter((point) => point !== null);
  if (known.length < 2) return "";
  const [first, last] = [known[0], known[known.length - 1]];
  const foot = [
    { x: last.x, y: frame.bottom },
    { x: first.x, y: frame.bottom },
  ];
  return path(polygon([...known, ...foot]), "nj-area nj-response");
}

function hints(frame: Frame, rows: readonly CourseRow[]): string {
  return hintsOver(
    frame,
    groupRows(rows, MOST_HINTS).map((row) => {
      const { duePerS, answeredPerS } = row;
      const due = duePerS === null ? [] : [`${countText(duePerS)}/s offered`];
      const text = [spanText(row), ...due, `${countText(answeredPerS)}/s answered`].join("\n");
      return { fromX: frame.x(row.fromS), toX: frame.x(row.toS), text };
    }),
  );
}

function describe({ offered, achieved }: ResultDocument, { rows, toS, fromS }: Course): string {
  const isOffered = rows[0].duePerS !== null && offered.ratePerS !== null;
  const due = isOffered ? `${countText(offered.ratePerS ?? 0)}/s offered, ` : "";
  const span = countText(toS - fromS);
  return `Over ${span} s. Of the measured part: ${due}${countText(achieved.ratePerS)}/s answered.`;
}

/** Empty where the Result has no series, or a single row of it. */
export function rateChart(result: ResultDocument, { id, width }: ChartPlace): string {
  const course = courseOf(result);
  const { rows } = course;
  if (rows.length < 2) return "";
  const kind = isPhone({ width, height: 0 }) ? "phone" : "page";
  const high = largestOf(rows.flatMap((row) => [row.duePerS ?? 0, row.answeredPerS]));
  const scale = fromZero(high, MOST_Y_TICKS);
  const offers = rows[0].duePerS !== null;
  const y = {
    scale,
    title: "exchanges per second",
    spell: (n: number) => countTick(n, scale.high),
  };
  const labels = offers ? ["offered", "answered"] : ["answered"];
  const frame = courseFrame(course, { width, height: HEIGHT[kind] }, y, labels);
  const due = offers ? courseLine(frame, rows, ({ duePerS }) => duePerS) : [];
  const answered = courseLine(frame, rows, ({ answeredPerS }) => answeredPerS);
  const ends = [
    { name: "answered", ink: "response", end: lastPoint(answered), isStrong: true },
    { name: "offered", ink: "offered", end: lastPoint(due) },
  ].flatMap(({ end, ...rest }) => (end === undefined ? [] : [{ ...rest, end }]));
  const body = [
    unmeasured(frame, course),
    frame.drawing,
    landmarks(frame, course),
    under(frame, answered),
    path(lineThrough(due), "nj-line nj-thin nj-dashed nj-offered"),
    path(lineThrough(answered), "nj-line nj-response"),
    lineLabels(ends, frame),
    hints(frame, rows),
  ].join("");
  const title = offers ? "Offered and answered rate over time" : "Answered rate over time";
  return chart({ id, title, description: describe(result, course) }, frame.size, body);
}
