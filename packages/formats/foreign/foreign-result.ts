/**
 * What another tool's document says, as a Result. What it does not say is `null`, empty or lacks,
 * and `source.absent` names it; what is taken for granted instead `source.assumed` names. Nothing
 * is judged.
 */
import type { Fidelity, LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import { type Deflate, encodeV2Compressed } from "@nightjar/core/record/hdr-codec.ts";
import {
  LATENCY_COLUMNS,
  type LatencyColumn,
  RESULT_SCHEMA,
} from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

import { toBase64 } from "../base64.ts";
import { type ForeignLatency, latencyColumn } from "./foreign-latency.ts";
import { textId } from "./text-id.ts";

/** Counts that a document may not have. */
type Known = number | null;

export interface ForeignFacts {
  /** Of the registry of formats. */
  readonly format: string;
  readonly tool: string;
  readonly version: string | null;
  /** The whole document: its id is made of it. */
  readonly text: string;
  /** Empty: it has none. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly startedAt: string | null;
  readonly durationS: number;
  /** Threads or processes that sent. */
  readonly workers: number;
  /** What it says of what was asked for, in the words of a plan. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly completed: number;
  readonly achievedPerS: number;
  readonly ok: Known;
  readonly error: Known;
  readonly unanswered: Known;
  readonly latencyKind: LatencyMeaning;
  readonly latencies: Partial<Readonly<Record<LatencyColumn, ForeignLatency>>>;
  /** Where there is no latency at all. */
  readonly fidelity: Fidelity;
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly bytes: { readonly sent: Known; readonly received: Known };
  readonly opened: Known;
  readonly warnings: readonly string[];
  /** Of the keys of a Result: those that are said here, and not by the document. */
  readonly assumed: readonly string[];
}

const NOT_JUDGED = "of another tool: whether it was fit to measure is not known";

function histogramsOf({ latencies }: ForeignFacts, deflate: Deflate): Record<string, string> {
  return Object.fromEntries(
    Object.entries(latencies).flatMap(([name, { histogram }]) => {
      if (histogram === null || histogram.count === 0) return [];
      return [[name, toBase64(encodeV2Compressed(histogram, deflate))]];
    }),
  );
}

/** The keys of the document that say nothing. */
function absentOf({ latencies, ...facts }: ForeignFacts): string[] {
  const columns = LATENCY_COLUMNS.filter((name) => latencies[name] === undefined);
  return [
    ...(facts.startedAt === null ? ["startedAt"] : []),
    ...["offered", "accounting", "series", "environment", "lookupMs"],
    ...(["ok", "error", "unanswered"] as const).flatMap((name) => {
      return facts[name] === null ? [`populations.${name}`] : [];
    }),
    ...(Object.keys(facts.statusCodes).length === 0 ? ["statusCodes"] : []),
    ...columns.map((name) => `latencyMs.${name}`),
    ...(facts.bytes.sent === null ? ["bytes.sent"] : []),
    ...(facts.bytes.received === null ? ["bytes.received"] : []),
    ...(facts.opened === null ? ["connections.opened"] : []),
    ...["connections.reused", "connections.closedByServer"],
    ...["connections.failed", "connections.resumed", "generator.healthy"],
  ];
}

function assumedOf({ name, version, assumed }: ForeignFacts): string[] {
  return [
    ...(name === "" ? ["name"] : []),
    ...(version === null ? ["generator.version"] : []),
    ...assumed,
  ];
}

function generatorOf(facts: ForeignFacts): ResultDocument["generator"] {
  const headline = facts.latencies[facts.latencyKind];
  return {
    name: facts.tool,
    version: facts.version ?? "unknown",
    workers: facts.workers,
    cpuPercent: null,
    latencyKind: facts.latencyKind,
    fidelity: { ...(headline?.fidelity ?? facts.fidelity) },
    healthy: null,
    faults: [],
    warnings: [...facts.warnings],
  };
}

/** What a Result of ours has, and no document of another tool. */
const NOTHING = {
  offered: { requests: null, ratePerS: null },
  accounting: null,
  errorSamples: {},
  lookupMs: null,
  backends: {},
  targets: [],
  stages: [],
  recorded: {},
  probe: null,
  stopped: null,
  series: [],
  warmup: null,
  children: [],
  thresholds: [],
  environment: null,
};

export function foreignResult(facts: ForeignFacts, deflate: Deflate): ResultDocument {
  const columns = Object.entries(facts.latencies);
  return {
    ...NOTHING,
    schema: RESULT_SCHEMA,
    id: `${facts.format}-${textId(facts.text)}`,
    name: facts.name || `run of ${facts.tool}`,
    labels: { ...facts.labels },
    plan: { ...facts.plan },
    startedAt: facts.startedAt,
    durationS: facts.durationS,
    generator: generatorOf(facts),
    achieved: { requests: facts.completed, ratePerS: facts.achievedPerS },
    populations: { ok: facts.ok, error: facts.error, unanswered: facts.unanswered },
    latencyMs: Object.fromEntries(columns.map(([name, latency]) => [name, latencyColumn(latency)])),
    statusCodes: { ...facts.statusCodes },
    errors: { ...facts.errors },
    bytes: { ...facts.bytes },
    connections: {
      opened: facts.opened,
      ...{ reused: null, closedByServer: null, failed: null, resumed: null },
    },
    histograms: histogramsOf(facts, deflate),
    verdict: { outcome: "inconclusive", reasons: [NOT_JUDGED] },
    source: {
      format: facts.format,
      tool: facts.tool,
      version: facts.version,
      absent: absentOf(facts),
      assumed: assumedOf(facts),
    },
  };
}
