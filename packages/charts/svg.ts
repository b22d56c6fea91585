/** SVG as text. What others wrote is escaped here; numbers are finite, or it is a fault of ours. */
import { assert } from "@nightjar/core/errors.ts";

type Attributes = Readonly<Record<string, string | number | undefined>>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Also in an attribute. Of what XML has not, and of controls but newlines, a space is left. */
export function escaped(text: string): string {
  return text
    .replace(/(?!\n)[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A tenth of a pixel is enough. */
export function coordinate(value: number): string {
  assert(Number.isFinite(value), `${value} is a coordinate`);
  return String(Math.round(value * 10) / 10);
}

function attribute([name, value]: [string, string | number | undefined]): string {
  if (value === undefined) return "";
  return ` ${name}="${typeof value === "number" ? coordinate(value) : escaped(value)}"`;
}

/** `children` are elements. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly string[] = [],
): string {
  const head = `<${name}${Object.entries(attributes).map(attribute).join("")}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join("")}</${name}>`;
}

export function group(className: string, children: readonly string[]): string {
  return children.length === 0 ? "" : element("g", { class: className }, children);
}

export function text(content: string, attributes: Attributes): string {
  return element("text", attributes, [escaped(content)]);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where there is no point the line is broken; a point alone is nothing of a line. */
export function lineThrough(points: readonly (Point | null)[]): string {
  const isThere = (index: number) => (points[index] ?? null) !== null;
  const parts = points.map((point, index) => {
    if (point === null || !(isThere(index - 1) || isThere(index + 1))) return "";
    return `${isThere(index - 1) ? "L" : "M"}${coordinate(point.x)} ${coordinate(point.y)}`;
  });
  return parts.join("");
}

/** Those that no line goes through: a stroke with round ends makes dots of them. */
export function dotsOf(points: readonly (Point | null)[]): string {
  const isThere = (index: number) => (points[index] ?? null) !== null;
  const parts = points.map((point, index) => {
    if (point === null || isThere(index - 1) || isThere(index + 1)) return "";
    const place = `${coordinate(point.x)} ${coordinate(point.y)}`;
    return `M${place}L${place}`;
  });
  return parts.join("");
}

/** Closed. */
export function polygon(points: readonly Point[]): string {
  return points.length === 0 ? "" : `${lineThrough(points)}Z`;
}

export function path(d: string, className: string): string {
  return d === "" ? "" : element("path", { d, class: className });
}
