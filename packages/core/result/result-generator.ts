/** What a Result says of who measured: the generator as a whole, and each child. */
import { SECOND_NS } from "../plan/quantity.ts";
import { type Fidelity, HISTOGRAM_ERROR, weakestFidelity } from "../record/fidelity.ts";
import type { Totals } from "../record/totals.ts";
import type { Capabilities, ToldCount } from "../run/capabilities.ts";
import type { Folded } from "../run/fold.ts";
import type { Transcript } from "../run/load-generator.ts";
import type { HealthReport } from "./health.ts";
import {
  type AgentResult,
  type ChildResult,
  LATENCY_COLUMNS,
  type LatencyColumn,
  type Result,
} from "./result.ts";
import { milliseconds } from "./result-quantity.ts";

export interface GeneratorContext {
  readonly generator: Capabilities;
  readonly workers: number;
  /** By child, where the children are agents of a fleet. */
  readonly agents?: Readonly<Record<string, AgentResult>>;
}

/** `turn` is of our own event loop, as `lag` is. */
export function columnsOf({ columns }: Capabilities): LatencyColumn[] {
  return LATENCY_COLUMNS.filter((name) => columns.includes(name === "turn" ? "lag" : name));
}

function cpuPercent(usage: { cpuNs: number; wallNs: number }): number | null {
  return usage.wallNs === 0 ? null : Math.round((usage.cpuNs / usage.wallNs) * 1000) / 10;
}

export function childrenOf(folded: Folded, { agents }: GeneratorContext): ChildResult[] {
  return folded.children.map((child) => ({
    id: child.spec.id,
    share: { ...child.spec.share },
    incarnation: child.incarnation,
    intervals: { expected: child.intervals.expected, received: child.intervals.received },
    unknownFromS:
      child.intervals.unknownFromNs === null ? null : child.intervals.unknownFromNs / SECOND_NS,
    cpuPercent: cpuPercent(child),
    startLatenessMs: child.latenessNs === null ? null : milliseconds(child.latenessNs),
    end: {
      outcome: child.ended?.outcome ?? "lost",
      reason: child.ended?.reason ?? "no word of its end",
    },
    ...(child.ended?.transcript ? { process: processOf(child.ended.transcript) } : {}),
    ...(agents?.[child.spec.id] ? { agent: agents[child.spec.id] } : {}),
    ...(child.ended?.environment ? { environment: child.ended.environment } : {}),
  }));
}

function processOf(transcript: Transcript): ChildResult["process"] {
  return { ...transcript, command: [...transcript.command] };
}

export function generatorOf(
  folded: Folded,
  context: GeneratorContext,
  health: HealthReport,
  probe: Result["probe"],
) {
  return {
    name: context.generator.name,
    version: context.generator.version,
    workers: context.workers,
    cpuPercent: cpuPercent(folded.totals.usage),
    latencyKind: context.generator.latency,
    fidelity: { ...fidelityOf(folded, context.generator) },
    healthy: isHealthy(health, context.generator),
    faults: [...health.faults],
    warnings: [
      ...health.faults,
      ...health.warnings,
      ...(probe?.disagreements ?? []),
      ...new Set(folded.children.flatMap(({ ended }) => ended?.notes ?? [])),
    ],
  };
}

function fidelityOf({ children }: Folded, { fidelity: kind }: Capabilities): Fidelity {
  const said = weakestFidelity(children.flatMap(({ ended }) => ended?.fidelity ?? []));
  return said ?? { kind, relativeError: kind === "histogram" ? HISTOGRAM_ERROR : null };
}

/** Of a generator that does not tell its own lateness nobody knows that it is healthy. */
function isHealthy({ healthy }: HealthReport, { columns }: Capabilities): boolean | null {
  return healthy && !columns.includes("lag") ? null : healthy;
}

/** What the generator does not tell is `null`, and not 0. */
export function toldCounts(
  { bytes, connections }: Totals,
  { tells }: Capabilities,
): Pick<Result, "bytes" | "connections"> {
  const told = (name: ToldCount, n: number) => (tells.includes(name) ? n : null);
  const { opened, reused, closedByServer, failed, resumed } = connections;
  return {
    bytes: {
      sent: told("bytesSent", bytes.sent),
      received: told("bytesReceived", bytes.received),
    },
    connections: {
      opened: told("opened", opened),
      reused: told("reused", reused),
      closedByServer: told("closedByServer", closedByServer),
      failed: told("failed", failed),
      resumed: told("resumed", resumed),
    },
  };
}
