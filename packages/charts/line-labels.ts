/** Direct labels: each line's name at its end, moved apart where ends are near each other. */
import { FONT_PX, type Frame, widthOf } from "./frame.ts";
import { lineThrough, type Point, path, text } from "./svg.ts";

export interface LineEnd {
  readonly name: string;
  /** Class of its colour. */
  readonly ink: string;
  readonly end: Point;
  readonly isStrong?: boolean;
}

const LINE_PX = FONT_PX + 3;
const GAP_PX = 10;
/** A label that stands so near its line needs no leader. */
const NEAR_PX = 5;
/** A leader is not longer than this. */
const FAR_PX = 110;

/** In their order from the top, none nearer than a line to the one before, all in [low, high]. */
export function spread(wanted: readonly number[], low: number, high: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  const placed = new Array<number>(wanted.length).fill(0);
  let above = low - LINE_PX;
  for (const { y, index } of order) {
    above = Math.max(y, above + LINE_PX);
    placed[index] = above;
  }
  let below = high + LINE_PX;
  for (const { index } of order.reverse()) {
    below = Math.min(placed[index], below - LINE_PX);
    placed[index] = below;
  }
  return placed;
}

function leader(from: Point, to: Point): string {
  if (to.x - from.x < GAP_PX + NEAR_PX && Math.abs(to.y - from.y) < NEAR_PX) return "";
  return path(lineThrough([from, { x: to.x - 3, y: to.y }]), "nj-leader");
}

function label({ name, ink, isStrong }: LineEnd, { x, y }: Point): string {
  const className = isStrong ? `nj-${ink} nj-strong` : `nj-${ink}`;
  return text(name, { x, y: y + FONT_PX / 3, class: className });
}

/** At the ends of their lines; each below, or above, those before that it would lie on. */
function apart(ends: readonly LineEnd[], { top, bottom }: Frame): Point[] {
  const placed: { x: number; y: number; width: number }[] = [];
  for (const { name, end } of ends) {
    const [x, width] = [end.x + NEAR_PX, widthOf(name)];
    const isFree = (y: number) =>
      placed.every(
        (other) =>
          Math.abs(other.y - y) >= LINE_PX || other.x + other.width < x || x + width < other.x,
      );
    const steps = placed.flatMap((_, at) => [(at + 1) * LINE_PX, -(at + 1) * LINE_PX]);
    const own = Math.min(Math.max(end.y, top + LINE_PX / 2), bottom - LINE_PX / 2);
    const rows = [0, ...steps].map((step) => own + step);
    const y = rows.find((row) => row > top && row < bottom && isFree(row)) ?? own;
    placed.push({ x, y, width });
  }
  return placed;
}

/** On the right of the plot; of a line that ends long before, at its end. */
export function lineLabels(ends: readonly LineEnd[], frame: Frame): string {
  const isLate = ({ end }: LineEnd) => end.x > frame.right - FAR_PX;
  const late = ends.filter(isLate);
  const places = spread(
    late.map(({ end }) => end.y),
    frame.top,
    frame.bottom,
  );
  const beside = late.map((end, index) => {
    const place = { x: frame.right + GAP_PX, y: places[index] };
    return leader(end.end, place) + label(end, place);
  });
  const early = ends.filter((end) => !isLate(end));
  const inside = apart(early, frame).map((place, index) => label(early[index], place));
  return [...beside, ...inside].join("");
}
