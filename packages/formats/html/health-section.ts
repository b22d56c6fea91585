/** Whether the generator was fit to measure: faults, warnings, its own lateness, its workers. */
import type { ChildResult } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, percent } from "../figures.ts";
import { latencyWithUnit, TOO_FEW } from "../human/quantities.ts";
import { html, lines, type Markup, NOTHING } from "./markup.ts";
import { factsOf, section, tableOf } from "./table.ts";

const SAID = {
  true: ["good", "The generator was fit to measure."],
  false: ["bad", "The generator was not fit to measure, so that the numbers cannot be believed."],
  null: ["doubt", "The generator does not tell how late it was."],
} as const;
/** Of a document that tells the lateness, but not the machine. */
const UNJUDGED = ["doubt", "The document says too little of the machine to judge it."] as const;
const MOST_WARNINGS = 50;
const MOST_OUTPUT = 4000;

function warningList({ generator: { faults, warnings } }: ResultDocument): Markup {
  const isFault = new Set(faults);
  const said = [...new Set([...faults, ...warnings])].slice(0, MOST_WARNINGS);
  if (said.length === 0) return NOTHING;
  const rows = said.map((text) => {
    const ink = isFault.has(text) ? "bad" : "doubt";
    return html`<li class="${ink}">${text}</li>\n`;
  });
  return html`<ul>${rows}</ul>`;
}

function measures({ generator, latencyMs, source }: ResultDocument): Markup {
  const { lag, turn } = latencyMs;
  const { cpuPercent, fidelity, latencyKind } = generator;
  const error = fidelity.relativeError === null ? "" : `, to ${percent(fidelity.relativeError)}`;
  const from = source && `${source.format} of ${source.tool} ${source.version ?? ""}`.trim();
  return factsOf([
    { name: "generator", value: `${generator.name} ${generator.version}`.trim() },
    { name: "made from", value: from ?? "" },
    { name: "does not say", value: source?.absent.join(", ") ?? "" },
    { name: "nor these, which are assumed", value: source?.assumed.join(", ") ?? "" },
    { name: "its latency is", value: latencyKind },
    { name: "latencies known by", value: `${fidelity.kind}${error}` },
    { name: "lag p99, its own lateness", value: lag ? latencyWithUnit(lag.percentiles["99"]) : "" },
    { name: "longest turn of its loop", value: turn ? latencyWithUnit(turn.max) : "" },
    { name: "CPU, of a core per worker", value: cpuPercent === null ? "" : `${cpuPercent} %` },
  ]);
}

function shareOf({ share: { from, to, of } }: ChildResult): string {
  return `${count(to - from)} of ${count(of)}`;
}

function workerTable({ children }: ResultDocument): Markup {
  const number = (value: number | null, spell: (n: number) => string) =>
    value === null ? TOO_FEW : spell(value);
  // Agents have a table of their own.
  if (children.some(({ agent }) => agent !== undefined)) return NOTHING;
  return tableOf({
    caption: "workers: connections of each, seconds heard of those expected",
    title: "worker",
    names: children.map(({ id }) => id),
    columns: [
      { title: "connections", cells: children.map(shareOf) },
      {
        title: "seconds heard",
        cells: children.map(
          ({ intervals: { expected, received } }) => `${count(received)} of ${count(expected)}`,
        ),
      },
      {
        title: "CPU",
        cells: children.map(({ cpuPercent }) => number(cpuPercent, (n) => `${n} %`)),
      },
      {
        title: "began late by",
        cells: children.map(({ startLatenessMs }) => number(startLatenessMs, latencyWithUnit)),
      },
      {
        title: "end",
        cells: children.map(({ end }) => [end.outcome, end.reason].filter(Boolean).join(": ")),
        ...{ isText: true, inkOf: (cell) => (cell.startsWith("done") ? "" : "doubt") },
      },
    ],
  });
}

/** Of a generator that is another program: how it was called, and what it printed. */
function processOf({ id, process }: ChildResult): Markup {
  if (process === undefined) return NOTHING;
  const { command, exitCode, stdout, stderr } = process;
  const printed = [stdout, stderr].filter((text) => text.trim() !== "").join("\n");
  const end = exitCode === null ? "" : ` ended with code ${exitCode}`;
  return html`<details><summary>${id}: what it printed</summary>
<p><code>${command.join(" ")}</code>${end}</p>
<pre>${lines(printed.slice(0, MOST_OUTPUT))}</pre></details>
`;
}

export function healthSection(result: ResultDocument): Markup {
  const { healthy } = result.generator;
  const isTold = healthy === null && result.latencyMs.lag !== undefined;
  const [ink, said] = isTold ? UNJUDGED : SAID[`${healthy}`];
  return section("health", "Generator", [
    html`<p class="${ink}">${said}</p>\n`,
    warningList(result),
    measures(result),
    workerTable(result),
    ...result.children.map(processOf),
  ]);
}
