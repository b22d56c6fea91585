/** Each threshold with the value that it was judged by, and the condition that ended the run. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { seconds } from "../figures.ts";
import { thresholdValue } from "../human/quantities.ts";
import { isDoubted } from "../human/verdict.ts";
import { html, type Markup } from "./markup.ts";
import { section, tableOf } from "./table.ts";

const JUDGED = { true: "✓ holds", false: "✗ does not hold", null: "– not judged" } as const;
/** Of numbers that cannot be believed. */
const DOUBTED = { true: "would hold", false: "would not hold", null: "– not judged" } as const;

function inkOf(judgement: string): string {
  if (judgement.startsWith("✓")) return "good";
  return judgement.startsWith("✗") ? "bad" : "doubt";
}

function rowsOf(result: ResultDocument): [string, string, string][] {
  const { thresholds, stopped } = result;
  const words = isDoubted(result) ? DOUBTED : JUDGED;
  const judged = thresholds.map(({ expr, value, ok }): [string, string, string] => [
    expr,
    thresholdValue(expr, value),
    words[`${ok}`],
  ]);
  if (stopped === null) return judged;
  const when = `after ${seconds(stopped.atS)}`;
  return [[stopped.condition, when, "✗ ended the run"], ...judged];
}

export function thresholdsSection(result: ResultDocument): Markup {
  const rows = rowsOf(result);
  const table = tableOf({
    caption: "thresholds",
    isNamed: true,
    title: "threshold",
    names: rows.map(([expr]) => html`<code>${expr}</code>`),
    columns: [
      { title: "measured", cells: rows.map(([, value]) => value), isText: true },
      { title: "judgement", cells: rows.map(([, , said]) => said), isText: true, inkOf },
    ],
  });
  return section("thresholds", "Thresholds", [table]);
}
