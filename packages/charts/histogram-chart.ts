/** The latency histogram as a picture: bars, percentiles over them; what has no latency beside. */
import type { Latency } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type Bin, type Bins, binsOf } from "./bins.ts";
import type { HistogramReader } from "./curve.ts";
import { chart, FONT_PX, type Frame, frameOf, isPhone } from "./frame.ts";
import { headlineOf } from "./headline.ts";
import { hintsOver } from "./hints.ts";
import { type Mark, namesIn, plumbLine } from "./marks.ts";
import { wholeFromZero } from "./scale.ts";
import { boundOf } from "./spectrum.ts";
import { countText, countTick, latencyText, latencyTick } from "./spell.ts";
import { element, type Point, path, polygon, text } from "./svg.ts";

const HEIGHT = { page: 260, phone: 240 } as const;
const BARS = { page: 90, phone: 45 } as const;
const MOST_Y_TICKS = 5;
const MARKED = ["50", "90", "99", "99.9", "99.99"] as const;
/** A bar that holds anything is seen. */
const LEAST_PX = 1.5;
const UNANSWERED = { name: "no answer", widthPx: 22, gapPx: 8 } as const;

function barPoints(frame: Frame, { fromMs, toMs, count }: Bin): Point[] {
  if (count === 0) return [];
  const top = Math.min(frame.y(count), frame.bottom - LEAST_PX);
  const [left, right] = [frame.x(fromMs), frame.x(toMs)];
  return [
    { x: left, y: frame.bottom },
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: frame.bottom },
  ];
}

function marksOf(frame: Frame, { percentiles }: Latency): string {
  const marks = MARKED.flatMap((name): Mark[] => {
    const quantity = percentiles[name];
    return typeof quantity === "number"
      ? [{ name: `p${name}`, x: frame.x(quantity), ink: "ink" }]
      : [];
  });
  return marks.map(({ x }) => plumbLine(frame, x)).join("") + namesIn(frame, marks);
}

/** On the right, outside the axis, for no latency is known. As high as their number, if it fits. */
function unansweredBar(frame: Frame, unanswered: number, most: number): string {
  if (unanswered === 0) return "";
  const x = frame.right + UNANSWERED.gapPx;
  const share = Math.min(unanswered / most, 1);
  const height = Math.max((frame.bottom - frame.top) * share, LEAST_PX);
  const place = { x, y: frame.bottom - height, width: UNANSWERED.widthPx, height };
  const title = element("title", {}, [`${countText(unanswered)} without an answer`]);
  const label = { x, y: frame.bottom + 2 * FONT_PX + 12, class: "nj-bad" };
  const above = { x, y: frame.bottom - height - 5, class: "nj-bad" };
  return [
    element("rect", { ...place, class: "nj-solid nj-bad" }, [title]),
    text(UNANSWERED.name, label),
    text(countText(unanswered), above),
  ].join("");
}

function hints(frame: Frame, { bins }: Bins): string {
  return hintsOver(
    frame,
    bins.map(({ fromMs, toMs, count }) => ({
      fromX: frame.x(fromMs),
      toX: frame.x(toMs),
      text: `${latencyText(fromMs)} to ${latencyText(toMs)}: ${countText(count)}`,
    })),
  );
}

function describe(latency: Latency, unanswered: number): string {
  const said = MARKED.flatMap((name) => {
    const quantity = latency.percentiles[name] ?? null;
    if (quantity === null) return [];
    const sign = typeof quantity === "number" ? "" : "more than ";
    return [`p${name} ${sign}${latencyText(boundOf(quantity))}`];
  });
  const silent = unanswered === 0 ? "" : ` ${countText(unanswered)} got no answer.`;
  return `Bars of how many exchanges took how long. ${said.join(", ")}.${silent}`;
}

/** Empty where nothing was measured. */
export function histogramChart(
  result: ResultDocument,
  read: HistogramReader,
  { id, width }: { readonly id: string; readonly width: number },
): string {
  const headline = headlineOf(result);
  if (headline === null) return "";
  const { column, latency } = headline;
  const kind = isPhone({ width, height: 0 }) ? "phone" : "page";
  const bins = binsOf(read(column), BARS[kind]);
  if (bins === null) return "";
  const unanswered = column === "response" ? (result.populations.unanswered ?? 0) : 0;
  const { scale } = bins;
  const y = wholeFromZero(bins.most, MOST_Y_TICKS);
  const spellX = (ms: number) => (scale.isLog ? latencyText(ms) : latencyTick(ms, scale.high));
  const frame = frameOf({
    size: { width, height: HEIGHT[kind] },
    x: { scale, title: `${column} latency`, spell: spellX },
    y: { scale: y, title: "exchanges by latency", spell: (n) => countTick(n, y.high) },
    labels: unanswered > 0 ? [UNANSWERED.name, countText(unanswered)] : [],
  });
  const bars = bins.bins.map((bin) => polygon(barPoints(frame, bin))).join("");
  const body = [
    frame.drawing,
    path(bars, `nj-solid nj-${column}`),
    marksOf(frame, latency),
    unansweredBar(frame, unanswered, y.high),
    hints(frame, bins),
  ].join("");
  const title = `Histogram of ${column} latency`;
  return chart({ id, title, description: describe(latency, unanswered) }, frame.size, body);
}
