/** Latencies: the spectrum, the histogram, the table of all columns; each says what it shows. */
import type { HistogramReader } from "@nightjar/charts/curve.ts";
import { WIDTHS } from "@nightjar/charts/frame.ts";
import { headlineOf } from "@nightjar/charts/headline.ts";
import { histogramChart } from "@nightjar/charts/histogram-chart.ts";
import { hasBounds, spectrumOf } from "@nightjar/charts/spectrum.ts";
import { spectrumChart } from "@nightjar/charts/spectrum-chart.ts";
import { type Latency, type LatencyColumn, PERCENTILES } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count } from "../figures.ts";
import { fidelityOf } from "../human/latency-table.ts";
import { isAtLeast, latencyText, quantitiesOf, signsIn } from "../human/quantities.ts";
import { html, type Markup, NOTHING, trusted } from "./markup.ts";
import { type Column, section, tableOf } from "./table.ts";

type Draw = (place: { readonly id: string; readonly width: number }) => string;

/** Drawn twice: a phone shows a picture of its own, in which text is large enough. */
export function figure(id: string, draw: Draw, caption: string): Markup {
  const pictures = Object.entries(WIDTHS).map(([kind, width]) => {
    const svg = draw({ id: `${id}-${kind}`, width });
    return svg === "" ? NOTHING : html`<div class="on-${kind}">${trusted(svg)}</div>\n`;
  });
  if (pictures.every(({ text }) => text === "")) return NOTHING;
  const said = caption === "" ? NOTHING : html`<figcaption>${caption}</figcaption>`;
  return html`<figure id="${id}">${pictures}${said}</figure>
`;
}

function spectrumCaption(result: ResultDocument, read: HistogramReader): string {
  const lines = spectrumOf(result, read);
  const names = lines.map(({ column }) => column);
  const said = ["Each further nine is as wide as the one before."];
  if (names.includes("response") && names.length > 2) {
    said.push("response = wait + connect + lag + service, exchange by exchange.");
  }
  if (hasBounds(lines)) said.push("Shaded and dashed: not answered, and surely not below.");
  if (lines.some(({ isCurve }) => !isCurve)) {
    said.push("Dots: the percentiles that are stated; nothing is known between them.");
  }
  return said.join(" ");
}

function histogramCaption(result: ResultDocument): string {
  const headline = headlineOf(result);
  if (headline?.column !== "response") return "Service latency of all answers, ok or not.";
  const { unanswered } = result.populations;
  const beside = unanswered
    ? " Beside them what was not answered, as high as its number where that fits."
    : "";
  return `Response latency of the answers that are ok.${beside}`;
}

const TITLES: readonly (readonly [LatencyColumn, string])[] = [
  ["wait", "wait"],
  ["connect", "connect"],
  ["lag", "lag"],
  ["service", "service"],
  ["response", "response"],
  ["errorResponse", "error"],
  ["firstByte", "first byte"],
  ["tcp", "tcp"],
  ["tls", "tls"],
  ["turn", "turn"],
];

const QUANTITIES = ["min", "mean", "stddev", ...PERCENTILES.map((name) => `p${name}`), "max"];
const ROWS = QUANTITIES.map((name) => (name === "stddev" ? "std. dev." : name));

function cellsOf(result: ResultDocument, latency: Latency): string[] {
  const quantities = quantitiesOf(latency, result);
  return QUANTITIES.map((name) => latencyText(quantities[name]));
}

function columnsOf(result: ResultDocument): Column[] {
  const headline = headlineOf(result)?.column;
  return TITLES.flatMap(([name, title]): Column[] => {
    const latency = result.latencyMs[name];
    if (latency === undefined || latency.count === 0) return [];
    const [cells, n] = [cellsOf(result, latency), count(latency.count)];
    return [{ title, cells, count: n, isStrong: name === headline }];
  });
}

function latencyTable(result: ResultDocument): Markup {
  const columns = columnsOf(result);
  const table = { caption: "latency in milliseconds", title: "", names: ROWS, columns };
  return columns.length === 0 ? NOTHING : tableOf(table);
}

function legend(result: ResultDocument): Markup {
  const shown = TITLES.flatMap(([name]) => result.latencyMs[name] ?? []);
  const cells = shown
    .filter(({ count: n }) => n > 0)
    .flatMap((latency) => cellsOf(result, latency));
  const said = signsIn(cells).map(([sign, meaning]) => `${sign}: ${meaning}`);
  const quantities = shown.flatMap(({ max, percentiles }) => [max, ...Object.values(percentiles)]);
  if (quantities.some(isAtLeast)) said.push(">: at least; not answered, and surely longer");
  said.push(...fidelityOf(result));
  return said.length === 0
    ? NOTHING
    : html`<p class="caption">${said.join("; ")}.</p>
`;
}

export function latencySection(result: ResultDocument, read: HistogramReader): Markup {
  const spectrum = figure(
    "spectrum",
    (place) => spectrumChart(result, read, place),
    spectrumCaption(result, read),
  );
  const histogram = figure(
    "histogram",
    (place) => histogramChart(result, read, place),
    histogramCaption(result),
  );
  const table = latencyTable(result);
  return section("latency", "Latency", [spectrum, table, legend(result), histogram]);
}
