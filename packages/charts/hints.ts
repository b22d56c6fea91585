/** Hints: what a pointer that rests on a part of a chart is told. A phone has no such pointer. */
import { type Frame, isPhone } from "./frame.ts";
import { element, escaped, group } from "./svg.ts";

export interface Hint {
  /** Along the lower axis, in pixels. */
  readonly fromX: number;
  readonly toX: number;
  readonly text: string;
}

export const MOST_HINTS = 120;

export function hintsOver(frame: Frame, hints: readonly Hint[]): string {
  if (isPhone(frame.size)) return "";
  const { top, bottom } = frame;
  const bands = hints.map(({ fromX, toX, text }) => {
    const place = { x: fromX, y: top, width: Math.max(toX - fromX, 0), height: bottom - top };
    const title = element("title", {}, [escaped(text)]);
    return element("rect", { ...place, class: "nj-hint" }, [title]);
  });
  return group("nj-hints", bands);
}
