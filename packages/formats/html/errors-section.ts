/** What went wrong: each kind of error with the first of its kind, and what to do about it. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { adviceOn, adviceOnRedirects } from "../advice.ts";
import { count, instant, percent } from "../figures.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { type Column, section, tableOf } from "./table.ts";

const MOST_KINDS = 50;

function kindsOf({ errors }: ResultDocument): [string, number][] {
  return Object.entries(errors).sort(([, a], [, b]) => b - a);
}

function errorTable(result: ResultDocument): Markup {
  const { errorSamples, accounting } = result;
  const kinds = kindsOf(result).slice(0, MOST_KINDS);
  const samples = kinds.map(([kind]) => errorSamples[kind]);
  const instants = samples.map((one) => (one?.atS == null ? "" : instant(one.atS)));
  const share = (n: number) =>
    accounting === null || accounting.sent === 0 ? "" : percent(n / accounting.sent);
  const columns: Column[] = [
    { title: "exchanges", cells: kinds.map(([, n]) => count(n)), inkOf: () => "bad" },
    { title: "of sent", cells: kinds.map(([, n]) => share(n)) },
    { title: "first at", cells: instants },
    {
      title: instants.some((text) => text !== "") ? "the first" : "what it was",
      cells: samples.map((one) => one?.sample ?? ""),
      ...{ isText: true, inkOf: () => "long" },
    },
  ];
  return tableOf({
    caption: "errors by kind",
    title: "kind",
    names: kinds.map(([kind]) => html`<code>${kind}</code>`),
    // What nobody knows has no column.
    columns: columns.filter(({ cells }) => cells.some((cell) => cell !== "")),
  });
}

function adviceList(result: ResultDocument): Markup {
  const said = kindsOf(result).flatMap(([kind]) => {
    const advice = adviceOn(kind, result.errorSamples[kind]?.sample);
    return advice === undefined ? [] : [html`<li><code>${kind}</code> ${advice}</li>\n`];
  });
  const redirects = adviceOnRedirects(result.statusCodes);
  if (redirects !== undefined) said.push(html`<li>${redirects}</li>`);
  return said.length === 0 ? NOTHING : html`<ul>${said.slice(0, MOST_KINDS)}</ul>`;
}

function statusTable({ statusCodes }: ResultDocument): Markup {
  const codes = Object.entries(statusCodes);
  const all = codes.reduce((sum, [, n]) => sum + n, 0);
  return tableOf({
    caption: "answers by status",
    title: "status",
    names: codes.map(([code]) => code),
    columns: [
      { title: "answers", cells: codes.map(([, n]) => count(n)) },
      { title: "of all", cells: codes.map(([, n]) => percent(n / Math.max(all, 1))) },
    ],
  });
}

/** Of which no kind is told: there are none, or nobody has said of what kind they are. */
function errorsSaid({ error }: ResultDocument["populations"]): string {
  if (error === null) return "How many answers were errors is not said";
  if (error === 0) return "No answer was an error";
  const were = error === 1 ? "answer was an error" : "answers were errors";
  return `${count(error)} ${were}; of what kind is not said`;
}

function noneSaid({ populations, accounting }: ResultDocument): Markup {
  const { error, unanswered } = populations;
  if (error === 0 && unanswered === 0) {
    return html`<p>No exchange failed, and no answer was an error.</p>\n`;
  }
  const said = errorsSaid(populations);
  if (!unanswered) return html`<p>${said}.</p>\n`;
  const text = `${said}. What was not answered got no connection, or its time was up`;
  return html`<p>${text}${accounting === null ? "" : ": see Accounts"}.</p>\n`;
}

export function errorsSection(result: ResultDocument): Markup {
  const none = kindsOf(result).length === 0 ? noneSaid(result) : NOTHING;
  const body = [none, errorTable(result), adviceList(result), statusTable(result)];
  return section("errors", "Errors and statuses", body);
}
