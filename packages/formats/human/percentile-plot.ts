/**
 * Percentile plot: latency over percentile, the axis by 1/(1−q) in logarithms, so that each further
 * nine takes as much room. What was not answered is shaded from its lower bound upwards, not drawn.
 */

import { MILLISECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { milliseconds } from "../figures.ts";
import { BrailleGrid, DOTS_ACROSS, DOTS_DOWN } from "./braille.ts";
import { flow } from "./flow.ts";
import { type Ink, type Line, line, type Span, span } from "./line.ts";
import { type Curve, decadesOf, responseCurve, serviceCurve } from "./response-curve.ts";
import { type Scale, scaleFor } from "./scale.ts";

export interface PlotSize {
  readonly columns: number;
  /** Of the curve itself. */
  readonly rows: number;
}

/** Less than to p90 is no curve. */
const LEAST_DECADES = 1;
/**
 * The scale begins at this quantile: the very fastest would stretch it for a sliver of the plot.
 */
const LOWEST_SHARE = 0.1;
const MARKS = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999] as const;
const SHADE = "░";
const DOT = "·";

/** From the value at the lowest share to the last that will be drawn or shaded. */
function chooseScale(response: Curve, curves: readonly Curve[]): Scale {
  const ends = curves.map((curve) => {
    const last = Math.min(response.endX, curve.endX);
    return curve.unknownX < last ? Math.max(curve.boundNs(last), curve.maxNs) : curve.valueNs(last);
  });
  const low = Math.min(...curves.map((curve) => curve.valueNs(decadesOf(LOWEST_SHARE))));
  return scaleFor(low, Math.max(...ends));
}

/** Two significant digits, as round numbers are written. */
function tickText(ns: number): string {
  const ms = Number((ns / MILLISECOND_NS).toPrecision(2));
  return ms >= 1 ? milliseconds(ms).replace(/\.0+$/, "") : String(ms);
}

class Plot {
  private readonly width: number;
  private readonly across: number;
  private readonly scale: Scale;
  private readonly labels: ReadonlyMap<number, string>;
  private readonly labelWidth: number;

  constructor(
    private readonly response: Curve,
    private readonly service: Curve | null,
    private readonly size: PlotSize,
  ) {
    this.scale = chooseScale(response, service ? [response, service] : [response]);
    this.labels = this.placeLabels();
    this.labelWidth = Math.max(...[...this.labels.values()].map((text) => text.length));
    this.width = size.columns - this.labelWidth - 2;
    this.across = this.width * DOTS_ACROSS;
  }

  private dotY(ns: number): number {
    return Math.round((1 - this.scale.at(ns)) * (this.size.rows * DOTS_DOWN - 1));
  }

  private rowOf(ns: number): number {
    return Math.floor(this.dotY(ns) / DOTS_DOWN);
  }

  /** By row; the more telling ticks first. */
  private placeLabels(): Map<number, string> {
    const labels = new Map<number, string>();
    for (const tick of this.scale.ticks) {
      const row = this.rowOf(tick);
      if (!labels.has(row)) labels.set(row, tickText(tick));
    }
    return labels;
  }

  private xOf(dot: number): number {
    return ((dot + 0.5) / this.across) * this.response.endX;
  }

  private draw(curve: Curve): BrailleGrid {
    const grid = new BrailleGrid(this.width, this.size.rows);
    const end = Math.min(curve.endX, curve.unknownX);
    let before: number | null = null;
    for (let dot = 0; dot < this.across && this.xOf(dot) <= end; dot++) {
      const y = this.dotY(curve.valueNs(this.xOf(dot)));
      grid.stroke(dot, y, before ?? y);
      before = y;
    }
    return grid;
  }

  /** For each column the lowest row that is shaded, counted from the top; −1 for none. */
  private shades(): number[] {
    return Array.from({ length: this.width }, (_, column) => {
      const x = this.xOf(column * DOTS_ACROSS + 1);
      return x > this.response.unknownX ? this.rowOf(this.response.boundNs(x)) : -1;
    });
  }

  rows(): Line[] {
    const response = this.draw(this.response);
    const service = this.service && this.draw(this.service);
    const shades = this.shades();
    return Array.from({ length: this.size.rows }, (_, row) => {
      const cells = shades.map((lowest, column): Span => {
        const own = response.cell(column, row);
        if (own !== null) return span(own, "bold");
        if (service?.cell(column, row)) return span(DOT, "faint");
        return row <= lowest ? span(SHADE, "bad") : span(" ");
      });
      return [this.axis(row), ...joined(cells)];
    });
  }

  private axis(row: number): Span {
    const text = this.labels.get(row);
    const edge = text === undefined ? "│" : "┤";
    return span(`${(text ?? "").padStart(this.labelWidth)} ${edge}`, "faint");
  }

  /** The axis below, and the names of its marks where they do not touch. */
  foot(): Line[] {
    const ticks = new Array<string>(this.width).fill("─");
    let names = "";
    for (const mark of MARKS) {
      const column = Math.floor((decadesOf(mark / 100) / this.response.endX) * this.width);
      const name = `p${mark}`;
      const at = Math.max(column - Math.floor(name.length / 2), 0);
      if (column >= this.width || at + name.length > this.width) break;
      if (names !== "" && at < names.length + 2) continue;
      ticks[column] = "┴";
      names = names.padEnd(at) + name;
    }
    const margin = " ".repeat(this.labelWidth + 1);
    return [line(`${margin}└${ticks.join("")}`, "faint"), line(`${margin} ${names}`, "faint")];
  }

  title(): Line[] {
    const items: [string, Ink][] = [["⠒ response", "bold"]];
    if (this.service) items.push([`${DOT} service`, "faint"]);
    const { unknownX, endX } = this.response;
    if (unknownX < endX) items.push([`${SHADE} not answered: somewhere here, or above`, "bad"]);
    const legend = items.map(([text, ink]) => line(text, ink));
    return flow([span("ms by percentile  ")], legend, this.size.columns, "  ");
  }
}

/** Neighbours of one ink as one span. */
function joined(cells: readonly Span[]): Line {
  const spans: Span[] = [];
  for (const { text, ink } of cells) {
    const last = spans.at(-1);
    if (last?.ink === ink) spans[spans.length - 1] = span(last.text + text, ink);
    else spans.push(span(text, ink));
  }
  return spans;
}

/**
 * Empty where too little was answered for a curve. Throws `protocol` for a histogram that is not
 * one.
 */
export function percentilePlot(result: ResultDocument, size: PlotSize, inflate: Deflate): Line[] {
  const response = responseCurve(result, inflate);
  if (response === null || response.endX < LEAST_DECADES) return [];
  const plot = new Plot(response, serviceCurve(result, inflate), size);
  return [...plot.title(), ...plot.rows(), ...plot.foot()];
}
