/**
 * Frame: a chart's plot area between its two axes, in pixels of its view box.
 *
 *     ┌──────────────────────────────┐
 *     │ what the left axis counts    │ head
 *     │ 2,000 ┼─────────────┬ name   │ ← direct labels stand on the right
 *     │     0 ┼─────────────┘        │
 *     │       0   10 s   20 s        │
 *     │       what the lower counts  │ foot
 *     └──────────────────────────────┘
 */
import type { Scale } from "./scale.ts";
import { element, escaped, group, lineThrough, path, text } from "./svg.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Widths to draw for: a page, and a phone, where a page's text would be too small to read. */
export const WIDTHS = { page: 880, phone: 380 } as const;
const PHONE_BELOW = 600;

export function isPhone({ width }: Size): boolean {
  return width < PHONE_BELOW;
}

export interface Axis {
  readonly scale: Scale;
  /** What it counts, with its unit where the ticks have none. */
  readonly title: string;
  readonly spell: (value: number) => string;
}

export interface FrameOptions {
  readonly size: Size;
  readonly x: Axis;
  readonly y: Axis;
  /** The longest text on the right. */
  readonly labels: readonly string[];
}

export interface Frame {
  readonly size: Size;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(value: number): number;
  y(value: number): number;
  /** Grid, ticks, axes and their titles. */
  readonly drawing: string;
}

export const FONT_PX = 12;
/** Of the widest fonts that pages use, in bold, so that a label rather has too much room. */
const CHARACTER_PX = 8;
const HEAD_PX = 36;
const FOOT_PX = 42;
const TICK_GAP_PX = 8;
const LABEL_GAP_PX = 10;
/** The same in all charts, so that plots one below another have one axis of time. */
const MARGINS = { page: { left: 68, right: 86 }, phone: { left: 62, right: 82 } } as const;

export function widthOf(label: string): number {
  return [...label].length * CHARACTER_PX;
}

function widest(labels: readonly string[]): number {
  return Math.max(0, ...labels.map(widthOf));
}

type Box = Pick<Frame, "left" | "right" | "top" | "bottom">;

/** As usual, and more only where a label is longer than any usual one. */
function boxOf({ size, y, labels }: FrameOptions): Box {
  const usual = MARGINS[isPhone(size) ? "phone" : "page"];
  const ticks = y.scale.ticks.filter(({ isMajor }) => isMajor).map(({ value }) => y.spell(value));
  const left = Math.max(usual.left, Math.ceil(widest(ticks)) + TICK_GAP_PX);
  const beside = Math.max(usual.right, Math.ceil(widest(labels)) + LABEL_GAP_PX);
  const right = Math.max(size.width - beside, left + 1);
  return { left, right, top: HEAD_PX, bottom: size.height - FOOT_PX };
}

function horizontals({ scale, spell }: Axis, box: Box): string {
  const place = (value: number) => box.bottom - scale.at(value) * (box.bottom - box.top);
  const lines = scale.ticks.map(({ value, isMajor }) => {
    const y = place(value);
    const d = lineThrough([
      { x: box.left, y },
      { x: box.right, y },
    ]);
    return path(d, isMajor ? "" : "nj-minor");
  });
  const labels = scale.ticks.flatMap(({ value, isMajor }) =>
    isMajor
      ? text(spell(value), {
          ...{ x: box.left - TICK_GAP_PX, y: place(value) + FONT_PX / 3 },
          ...{ "text-anchor": "end", class: "nj-faint" },
        })
      : [],
  );
  return group("nj-grid", lines) + labels.join("");
}

/** A label keeps inside the view box: at its ends it stands beside its tick, not under it. */
function centred(x: number, label: string, width: number): number {
  const half = widthOf(label) / 2;
  return Math.min(Math.max(x, half), width - half);
}

function verticals({ scale, spell }: Axis, box: Box, { width }: Size): string {
  const place = (value: number) => box.left + scale.at(value) * (box.right - box.left);
  const lines = scale.ticks.map(({ value, isMajor }) => {
    const x = place(value);
    const d = lineThrough([
      { x, y: box.top },
      { x, y: box.bottom },
    ]);
    return path(d, isMajor ? "" : "nj-minor");
  });
  const labels: string[] = [];
  let taken = Number.NEGATIVE_INFINITY;
  for (const { value } of scale.ticks.filter(({ isMajor }) => isMajor)) {
    const label = spell(value);
    const x = centred(place(value), label, width);
    if (x - widthOf(label) / 2 < taken) continue;
    taken = x + widthOf(label) / 2 + CHARACTER_PX;
    const y = box.bottom + FONT_PX + 6;
    labels.push(text(label, { x, y, "text-anchor": "middle", class: "nj-faint" }));
  }
  return group("nj-grid", lines) + labels.join("");
}

function axisLine(box: Box): string {
  const d = lineThrough([
    { x: box.left, y: box.bottom },
    { x: box.right, y: box.bottom },
  ]);
  return group("nj-grid", [path(d, "nj-axis")]);
}

function titles({ size, x, y }: FrameOptions, box: Box): string {
  return [
    text(y.title, { x: 0, y: FONT_PX, class: "nj-strong" }),
    text(x.title, {
      ...{ x: (box.left + box.right) / 2, y: size.height - 5 },
      ...{ "text-anchor": "middle", class: "nj-faint" },
    }),
  ].join("");
}

export function frameOf(options: FrameOptions): Frame {
  const { size, x, y } = options;
  const box = boxOf(options);
  return {
    ...{ size, ...box },
    x: (value) => box.left + x.scale.at(value) * (box.right - box.left),
    y: (value) => box.bottom - y.scale.at(value) * (box.bottom - box.top),
    drawing: [
      verticals(x, box, size),
      horizontals(y, box),
      axisLine(box),
      titles(options, box),
    ].join(""),
  };
}

export interface ChartText {
  /** Begins the ids in it: unlike any other on the page. */
  readonly id: string;
  readonly title: string;
  /** What a reader who does not see it is told. */
  readonly description: string;
}

/** The whole picture. */
export function chart({ id, title, description }: ChartText, size: Size, body: string): string {
  const attributes = {
    class: "nj-chart",
    viewBox: `0 0 ${size.width} ${size.height}`,
    role: "img",
    "aria-labelledby": `${id}-title ${id}-desc`,
  };
  return element("svg", attributes, [
    element("title", { id: `${id}-title` }, [escaped(title)]),
    element("desc", { id: `${id}-desc` }, [escaped(description)]),
    body,
  ]);
}
