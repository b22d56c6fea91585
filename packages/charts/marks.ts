/**
 * Marks: names in the band between a chart's title and its plot. One that has no room, or would lie
 * on one before it, is left out; so the more telling stand first.
 */
import { type Frame, widthOf } from "./frame.ts";
import { group, lineThrough, path, text } from "./svg.ts";

export interface Mark {
  readonly name: string;
  /** In pixels: the middle of the name is here, if there is room. */
  readonly x: number;
  /** Class of its colour. */
  readonly ink: string;
  /** The name stands between these, or not at all. */
  readonly within?: { readonly fromX: number; readonly toX: number };
}

const GAP_PX = 6;
const BAND_PX = 5;

interface Place {
  readonly from: number;
  readonly to: number;
}

/** `null`: no room. */
function placeOf({ name, x, within }: Mark, { left, right }: Frame): Place | null {
  const { fromX, toX } = within ?? { fromX: left, toX: right };
  const width = widthOf(name);
  if (width > toX - fromX) return null;
  const from = Math.max(Math.min(x - width / 2, toX - width), fromX);
  return { from, to: from + width };
}

export function namesIn(frame: Frame, marks: readonly Mark[]): string {
  const taken: Place[] = [];
  const names = marks.map((mark) => {
    const place = placeOf(mark, frame);
    if (place === null) return "";
    if (taken.some(({ from, to }) => place.from < to + GAP_PX && from < place.to + GAP_PX))
      return "";
    taken.push(place);
    const at = { x: (place.from + place.to) / 2, y: frame.top - BAND_PX };
    return text(mark.name, { ...at, "text-anchor": "middle", class: `nj-${mark.ink}` });
  });
  return group("nj-names", names);
}

/** A line down through the plot. */
export function plumbLine({ top, bottom }: Frame, x: number): string {
  const ends = [top, bottom].map((y) => ({ x, y }));
  return path(lineThrough(ends), "nj-leader");
}
