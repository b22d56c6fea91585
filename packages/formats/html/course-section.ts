/** How the run went: rates, latencies and errors, second by second. */
import { errorChart } from "@nightjar/charts/error-chart.ts";
import { hasCourseBounds, latencyChart } from "@nightjar/charts/latency-chart.ts";
import { rateChart } from "@nightjar/charts/rate-chart.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count } from "../figures.ts";
import { figure } from "./latency-section.ts";
import type { Markup } from "./markup.ts";
import { section } from "./table.ts";

function rowsSaid({ series }: ResultDocument): string {
  const widths = new Set(series.slice(0, -1).map(({ overS }) => overS));
  const [width] = widths;
  if (widths.size !== 1 || width === 1) return "Each second";
  return `Each row of ${count(width)} s`;
}

function latencyCaption(result: ResultDocument): string {
  const each = rowsSaid(result);
  const bounds = hasCourseBounds(result)
    ? " Arrows: not all was answered, and it is surely not below."
    : "";
  return `${each} by itself, by the time of the answer, over ok answers and failures.${bounds}`;
}

export function courseSection(result: ResultDocument): Markup {
  const rates = figure("rates", (place) => rateChart(result, place), "");
  const latencies = figure(
    "latencies",
    (place) => latencyChart(result, place),
    latencyCaption(result),
  );
  const errors = figure("errors-over-time", (place) => errorChart(result, place), "");
  return section("course", "Over time", [rates, latencies, errors]);
}
