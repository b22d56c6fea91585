/** What others say of the same exchanges: numbers in headers, the probe, the connections. */
import type { Latency, Result } from "@nightjar/core/result/result.ts";
import { counted } from "../figures.ts";
import { latencyWithUnit } from "../human/quantities.ts";
import { type Statement, sentence, statement } from "./statement.ts";

/** `p50 2.00 ms, p99 8.00 ms`; empty where there are too few. */
function middleAndTail({ percentiles }: Latency): string {
  return ["50", "99"]
    .filter((name) => percentiles[name] != null)
    .map((name) => `p${name} ${latencyWithUnit(percentiles[name])}`)
    .join(", ");
}

/** How much of service the sender of a header knows, and what lies between us and it. */
export function headerStatements({ recorded }: Result): Statement[] {
  return Object.entries(recorded).flatMap(([name, { recorded: n, missing, ...columns }]) => {
    const lacking = `${counted(missing, "answer")} came without a number in ${name}`;
    if (n === 0) return [statement("doubt", sentence(lacking))];
    const [value, overhead] = [columns.valueMs, columns.overheadMs].map(middleAndTail);
    if (value === "" || overhead === "") return [];
    const text =
      `${name} tells of ${value}; what lies between it and us (service − that number) is ` +
      `${overhead}, over ${counted(n, "answer")}.`;
    return [statement("plain", missing === 0 ? text : `${text} ${sentence(lacking)}`)];
  });
}

const BIAS_ADVICE =
  "The workers are so busy that it shows in what they measure: use more of them (--workers), " +
  "or a lower rate.";

export function probeStatements({ probe }: Result): Statement[] {
  if (probe === null) return [];
  const { disagreements, columns } = probe;
  if (disagreements.length > 0) {
    const isOurs = disagreements.some((said) => said.includes("the workers' own load"));
    const all = disagreements.join("; ");
    const text = `The probe, which is nearly idle, disagrees with the workers: ${all}.`;
    return [statement("doubt", text, isOurs ? BIAS_ADVICE : undefined)];
  }
  const [own, rest] = [columns.service?.probe, columns.service?.rest];
  const [seen, other] = [own?.percentiles["50"], rest?.percentiles["50"]];
  if (own === undefined || seen == null || other == null) return [];
  const text =
    `The probe, which is nearly idle, does not disagree with the workers: p50 of service is ` +
    `${latencyWithUnit(seen)} at the probe (${counted(own.count, "answer")}) and ` +
    `${latencyWithUnit(other)} at the workers.`;
  return [statement("good", text)];
}

/** From here on it is said that connections do not last. */
const CLOSED_SHARE = 0.1;
const LEAST_CLOSED = 10;

export function connectionStatements({ connections, accounting, latencyMs }: Result): Statement[] {
  const closedByServer = connections.closedByServer ?? 0;
  if (closedByServer < Math.max(LEAST_CLOSED, CLOSED_SHARE * accounting.completed)) return [];
  const cost = ["tcp", "tls"]
    .filter((part) => latencyMs[part]?.percentiles["50"] != null)
    .map((part) => `${part} p50 ${latencyWithUnit(latencyMs[part].percentiles["50"])}`)
    .join(", ");
  const opening = cost === "" ? "" : ` To open another took ${cost}.`;
  const closed = counted(closedByServer, "connection");
  const text = `The server closed ${closed}.${opening}`;
  const advice =
    "Its limit of requests per connection or its keep-alive decide that; " +
    "--max-requests-per-connection and --keep-alive off do the same from our side.";
  return [statement("plain", text, advice)];
}
