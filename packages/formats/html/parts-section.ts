/** The parts of a run, a table each: stages, targets, backends, headers of answers, the probe. */
import { formatDuration, MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Latency, Slice } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, rate } from "../figures.ts";
import { latencyText } from "../human/quantities.ts";
import { html, type Markup } from "./markup.ts";
import { badAboveZero, type Column, faintZero, section, tableOf } from "./table.ts";

function counts(
  title: string,
  values: readonly number[],
  inkOf: Column["inkOf"] = faintZero,
): Column {
  return { title, cells: values.map(count), inkOf };
}

/** `names`: rows of a latency table, `p50` or `max`. */
function quantities(
  latencies: readonly (Latency | undefined)[],
  names: readonly string[],
  prefix = "",
): Column[] {
  return names.map((name) => ({
    title: `${prefix}${name}`,
    cells: latencies.map((latency) => {
      if (latency === undefined) return "";
      return latencyText(name === "max" ? latency.max : latency.percentiles[name.slice(1)]);
    }),
  }));
}

function sliceColumns(slices: readonly Slice[]): Column[] {
  const latency = (column: string) => slices.map(({ latencyMs }) => latencyMs[column]);
  const responses = quantities(latency("response"), ["p50", "p99", "max"]);
  return [
    counts(
      "due",
      slices.map(({ due }) => due),
    ),
    { title: "answered", cells: slices.map(({ achievedPerS }) => rate(achievedPerS)) },
    counts(
      "errors",
      slices.map(({ errors }) => errors),
      badAboveZero,
    ),
    counts(
      "unanswered",
      slices.map(({ unanswered }) => unanswered),
      badAboveZero,
    ),
    ...responses.map((column) => ({ ...column, isStrong: column.title.startsWith("p99") })),
    ...quantities(latency("service"), ["p99"], "service "),
    ...quantities(latency("wait"), ["p99"], "wait "),
    ...quantities(latency("lag"), ["p99"], "lag "),
  ];
}

/** To whole milliseconds: a run that was stopped ends anywhere. */
function lasted(durationS: number): string {
  const ms = Math.round((durationS * SECOND_NS) / MILLISECOND_NS);
  return durationS === 0 ? "not reached" : formatDuration(ms * MILLISECOND_NS);
}

export function stagesSection({ stages }: ResultDocument): Markup {
  const planned = stages.map(({ ratePerS: { from, to } }) =>
    from === to ? rate(to) : `${count(from)} to ${rate(to)}`,
  );
  const table = tableOf({
    caption: "what became due in each; response in milliseconds, where nothing else is said",
    title: "stage",
    names: stages.map((_, index) => String(index + 1)),
    columns: [
      { title: "planned", cells: planned, isText: true },
      { title: "lasted", cells: stages.map(({ durationS }) => lasted(durationS)), isText: true },
      ...sliceColumns(stages),
    ],
  });
  return section("stages", "Stages", [table]);
}

/** A single one is what the whole is about. */
export function targetsSection({ targets }: ResultDocument): Markup {
  const shown = targets.length < 2 ? [] : targets;
  const table = tableOf({
    caption: "what went to each; response in milliseconds, where nothing else is said",
    title: "target",
    names: shown.map(({ name, method, url }) => [
      html`<b>${name}</b> <span class="url">${method} ${url}</span>`,
    ]),
    columns: sliceColumns(shown),
  });
  return section("targets", "Targets", [table]);
}

/** Those with most failures and errors first, then those with most answers. */
export function backendsSection({ backends }: ResultDocument): Markup {
  const all = Object.entries(backends).sort(
    ([, a], [, b]) => b.failed + b.errors - a.failed - a.errors || b.completed - a.completed,
  );
  const of = (name: "completed" | "errors" | "failed") => all.map(([, backend]) => backend[name]);
  const service = all.map(([, { serviceMs }]) => serviceMs);
  const table = tableOf({
    caption: "addresses that answered; service in milliseconds, over the answers of each",
    title: "address",
    names: all.map(([address]) => html`<code>${address}</code>`),
    columns: [
      counts("answers", of("completed")),
      counts("errors", of("errors"), badAboveZero),
      counts("failed", of("failed"), badAboveZero),
      ...quantities(service, ["p50", "p90", "p99", "p99.9", "max"]),
    ],
  });
  return section("backends", "Backends", [table]);
}

const QUANTILES = ["p50", "p90", "p99", "p99.9", "max"] as const;

/** The number of each header, and below it what is left of service without it. */
export function headersSection({ recorded }: ResultDocument): Markup {
  const rows = Object.entries(recorded).flatMap(([name, { missing, valueMs, overheadMs }]) => [
    { name: html`<code>${name}</code>`, latency: valueMs, missing: count(missing) },
    { name: html`service less <code>${name}</code>`, latency: overheadMs, missing: "" },
  ]);
  const latencies = rows.map(({ latency }) => latency);
  const table = tableOf({
    caption: "numbers in headers, and service less each, exchange by exchange; in milliseconds",
    title: "header",
    names: rows.map(({ name }) => name),
    columns: [
      counts(
        "answers",
        latencies.map(({ count: n }) => n),
      ),
      { title: "missing", cells: rows.map(({ missing }) => missing), inkOf: faintZero },
      ...quantities(latencies, QUANTILES),
    ],
  });
  return section("headers", "Headers of the answers", [table]);
}

export function probeSection({ probe }: ResultDocument): Markup {
  const both = Object.entries(probe?.columns ?? {});
  const rows = both.flatMap(([name, columns]) => [
    { name: `${name} of the probe`, latency: columns.probe },
    { name: `${name} of the rest`, latency: columns.rest },
  ]);
  const latencies = rows.map(({ latency }) => latency);
  const table = tableOf({
    caption: "a nearly idle worker beside the others; in milliseconds",
    title: "",
    names: rows.map(({ name }) => name),
    columns: [
      counts(
        "n",
        latencies.map(({ count: n }) => n),
      ),
      ...quantities(latencies, QUANTILES),
    ],
  });
  const said = (probe?.disagreements ?? []).map((text) => html`<p class="doubt">${text}</p>`);
  return section("probe", "Probe", [table, ...said]);
}
