/** The agents of a fleet, as every report has them in a table: the one that fared worst first. */
import type { AgentResult, ChildResult, ResultQuantity } from "@nightjar/core/result/result.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count, milliseconds, percent } from "./figures.ts";
import { latencyText } from "./human/quantities.ts";

export interface AgentRow {
  readonly name: string;
  readonly share: string;
  readonly answered: string;
  readonly p99: string;
  readonly lagP99: string;
  /** By how much it began after T0. */
  readonly late: string;
  /** Its clock against the coordinator's, and by how much that may be wrong. */
  readonly clock: string;
  /** Of its intervals those that arrived. */
  readonly arrived: string;
  readonly end: string;
}

/** Titles of the columns; latencies in milliseconds. `kind`: of what, response or service. */
export function agentTitles(kind: string): Readonly<Record<keyof AgentRow, string>> {
  return {
    name: "agent",
    share: "share",
    answered: "answers",
    p99: `${kind} p99 ms`,
    lagP99: "lag p99 ms",
    late: "late ms",
    clock: "clock ms",
    arrived: "intervals",
    end: "end",
  };
}

type Member = ChildResult & { readonly agent: AgentResult };

/** Empty where the run was over no fleet. */
export function agentRows({ children }: ResultDocument): AgentRow[] {
  const members = children.filter((child): child is Member => child.agent !== undefined);
  return [...members].sort((a, b) => worth(a) - worth(b) || tail(b) - tail(a)).map(rowOf);
}

/** Of which the latencies are: all of a run are of one kind. */
export function kindOfAgents({ generator }: ResultDocument): "response" | "service" {
  return generator.latencyKind;
}

function rowOf({ agent, share, startLatenessMs, intervals, end }: Member): AgentRow {
  const { latencyMs, clockErrorMs, clockErrorBoundMs } = agent;
  const own = latencyMs.response ?? latencyMs.service;
  const isClockKnown = clockErrorMs !== null && clockErrorBoundMs !== null;
  return {
    name: agent.name,
    share: percent((share.to - share.from) / share.of),
    answered: count(agent.completed),
    p99: own === undefined ? "" : latencyText(own.percentiles["99"]),
    lagP99: latencyMs.lag === undefined ? "" : latencyText(latencyMs.lag.percentiles["99"]),
    late: startLatenessMs === null ? "" : milliseconds(startLatenessMs),
    clock: isClockKnown ? `${milliseconds(clockErrorMs)} ± ${milliseconds(clockErrorBoundMs)}` : "",
    arrived: `${count(intervals.received)} of ${count(intervals.expected)}`,
    end: agent.sick === null || end.outcome === "lost" ? end.outcome : "sick",
  };
}

function isLost({ outcome }: ChildResult["end"]): boolean {
  return outcome === "lost" || outcome === "failed";
}

function worth({ agent, end }: Member): number {
  if (isLost(end)) return 0;
  return agent.sick === null ? 2 : 1;
}

function tail({ agent: { latencyMs } }: Member): number {
  const quantity: ResultQuantity | undefined = (latencyMs.response ?? latencyMs.service)
    ?.percentiles["99"];
  if (quantity === null || quantity === undefined) return -1;
  return typeof quantity === "number" ? quantity : quantity.atLeast;
}
