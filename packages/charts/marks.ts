/** Marks: names in the band between a chart's title and its plot, each over its place. */
import { type Frame, widthOf } from "./frame.ts";
import { lineThrough, path, text } from "./svg.ts";

export interface Mark {
  readonly name: string;
  /** In pixels. */
  readonly x: number;
  /** Class of its colour. */
  readonly ink: string;
}

const GAP_PX = 6;
const BAND_PX = 5;

/** The name is centred over `x`, and kept inside the plot. */
function placed({ name, x }: Mark, { left, right }: Frame): { from: number; to: number } {
  const width = widthOf(name);
  const from = Math.max(Math.min(x - width / 2, right - width), left);
  return { from, to: from + width };
}

/** Lines down through the plot; a name that would touch one before it is left out. */
export function marksIn(frame: Frame, marks: readonly Mark[]): string {
  let taken = Number.NEGATIVE_INFINITY;
  return marks
    .map((mark) => {
      const { x, name, ink } = mark;
      const line = path(
        lineThrough([
          { x, y: frame.top },
          { x, y: frame.bottom },
        ]),
        "nj-leader",
      );
      const { from, to } = placed(mark, frame);
      if (from < taken) return line;
      taken = to + GAP_PX;
      const label = text(name, { x: from, y: frame.top - BAND_PX, class: `nj-${ink}` });
      return line + label;
    })
    .join("");
}

/** A name alone, where it has room between `fromX` and `toX`. */
export function nameBetween(frame: Frame, name: string, fromX: number, toX: number): string {
  if (widthOf(name) > toX - fromX) return "";
  const place = { x: (fromX + toX) / 2, y: frame.top - BAND_PX };
  return text(name, { ...place, "text-anchor": "middle", class: "nj-faint" });
}
