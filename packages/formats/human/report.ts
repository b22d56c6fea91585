/**
 * The terminal report: a Result as a person reads it. The verdict first, then what was run and
 * where every exchange went, the latencies, the course of the run, its parts, what was found, and
 * whether the generator can be believed.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { findingsSection } from "./findings.ts";
import { beside } from "./flow.ts";
import { environmentSection, healthSection } from "./health.ts";
import { latencyTable } from "./latency-table.ts";
import { EMPTY, type Line, render, widthOf } from "./line.ts";
import { accountingSection, runSection } from "./load.ts";
import { partsSection } from "./parts.ts";
import { percentilePlot } from "./percentile-plot.ts";
import { seriesSection } from "./sparkline.ts";
import { verdictSection } from "./verdict.ts";

export interface ReportOptions {
  /** Width of the terminal; fewer than 40 are taken as 40. */
  readonly columns: number;
  readonly color: boolean;
  readonly inflate: Deflate;
}

const NARROWEST = 40;
const PLOT = { rows: 8, widest: 110, narrowest: 50 } as const;
const GAP = 4;
/** Title, axis and names of a plot. */
const PLOT_FRAME = 3;

/** The plot stands beside the table where both have room, else below it. */
function latencySection(result: ResultDocument, columns: number, inflate: Deflate): Line[] {
  const table = latencyTable(result, columns);
  const left = columns - Math.max(...table.map(widthOf)) - GAP;
  if (left >= PLOT.narrowest) {
    const size = { columns: Math.min(left, PLOT.widest), rows: table.length - PLOT_FRAME };
    return beside(table, percentilePlot(result, size, inflate), GAP);
  }
  const size = { columns: Math.min(columns, PLOT.widest), rows: PLOT.rows };
  const plot = percentilePlot(result, size, inflate);
  return plot.length === 0 ? table : [...table, EMPTY, ...plot];
}

/**
 * Ends with a newline; no line is wider than `columns`. Throws `protocol` for a Result with a
 * broken histogram.
 */
export function reportOf(
  result: ResultDocument,
  { columns, color, inflate }: ReportOptions,
): string {
  const width = Math.max(Math.floor(columns), NARROWEST);
  const sections = [
    verdictSection(result, width),
    runSection(result, width),
    accountingSection(result, width),
    latencySection(result, width, inflate),
    seriesSection(result, width),
    partsSection(result, width),
    findingsSection(result, width),
    healthSection(result, width),
    environmentSection(result, width),
  ].filter((lines) => lines.length > 0);
  const lines = sections.flatMap((section, at) => (at === 0 ? section : [EMPTY, ...section]));
  return render(lines, color);
}
