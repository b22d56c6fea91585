/**
 * An Output of a service of ours as a Result: of its statistics nothing, for what was recorded
 * stands in it whole. See docs/formats/nighthawk.md.
 */
import type { ExactTotals } from "@nightjar/core/record/exact-totals.ts";
import { HISTOGRAM_ERROR } from "@nightjar/core/record/fidelity.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { EMPTY_HISTOGRAM } from "@nightjar/core/record/histogram.ts";
import type { Source } from "@nightjar/core/result/measure.ts";
import {
  distributionsOf,
  errorsOf,
  histogramsOf,
  populationsOf,
} from "@nightjar/core/result/measured-part.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { latencyOf } from "@nightjar/core/result/result-latency.ts";
import { foreignResult } from "../foreign/foreign-result.ts";
import type { OutputFacts } from "./output-facts.ts";

const NOT_JUDGED = "made of an Output, in which no threshold is: nothing was judged";

function accountingOf({ counts }: Source): ResultDocument["accounting"] {
  const { ok: _, errors: __, ...terms } = counts;
  return { ...terms, intervalsExpected: null, intervalsReceived: null };
}

/** What the totals say and no document of other tools does. */
const SAID: ReadonlySet<string> = new Set([
  ...["offered", "accounting", "statusCodes"],
  ...["reused", "closedByServer", "failed", "resumed"].map((name) => `connections.${name}`),
]);

function sourceOf({ source }: ResultDocument): ResultDocument["source"] {
  if (source === undefined) return undefined;
  const absent = source.absent.filter((key) => !SAID.has(key) && !key.startsWith("latencyMs."));
  const intervals = ["accounting.intervalsExpected", "accounting.intervalsReceived"];
  return { ...source, absent: [...absent, ...intervals] };
}

export function resultOfTotals(
  { tally, turn, connections, bytes }: ExactTotals,
  facts: OutputFacts,
  deflate: Deflate,
): ResultDocument {
  const { counts, statuses, errors, histograms } = tally;
  const measured: Source = {
    ...{ counts, statuses },
    histogram: (name) => histograms[name] ?? EMPTY_HISTOGRAM,
  };
  const distributions = distributionsOf(measured, turn);
  const perS = (n: number) => (facts.durationS === 0 ? 0 : n / facts.durationS);
  const { ok, error, unanswered } = populationsOf(measured);
  const base = foreignResult(
    {
      ...{ ...facts, tool: "nightjar" },
      ...{ completed: counts.completed, achievedPerS: perS(counts.completed) },
      ...{ ok, error, unanswered },
      ...{ latencyKind: "response", latencies: {} },
      fidelity: { kind: "histogram", relativeError: HISTOGRAM_ERROR },
      ...{ statusCodes: statuses, errors: {} },
      ...{ bytes, opened: connections.opened },
      ...{ warnings: [], assumed: [] },
    },
    deflate,
  );
  return {
    ...base,
    offered: { requests: counts.due, ratePerS: perS(counts.due) },
    accounting: accountingOf(measured),
    ...errorsOf(errors),
    connections: { ...connections },
    latencyMs: Object.fromEntries(
      Object.entries(distributions).map(([name, distribution]) => [name, latencyOf(distribution)]),
    ),
    histograms: histogramsOf(measured, distributions, deflate),
    verdict: { outcome: "inconclusive", reasons: [NOT_JUDGED] },
    source: sourceOf(base),
  };
}
