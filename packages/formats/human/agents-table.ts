/** The agents of a run over a fleet: a table. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type AgentRow, agentRows, agentTitles, kindOfAgents } from "../agent-rows.ts";
import { foreign, type Ink, type Line } from "./line.ts";
import { type Column, tableOf } from "./table.ts";

/** Those with the lowest ones stay where not all have room. */
const RANKS: Readonly<Record<Exclude<keyof AgentRow, "name">, number>> = {
  ...{ share: 6, answered: 3, p99: 2, lagP99: 4, late: 7, clock: 5, arrived: 8, end: 1 },
};

function inkOf(cell: string): Ink {
  if (cell === "lost" || cell === "failed") return "bad";
  return cell === "sick" ? "doubt" : "plain";
}

/** Columns that nobody fills are left out. */
export function agentTable(result: ResultDocument, width: number): Line[] {
  const rows = agentRows(result);
  if (rows.length === 0) return [];
  const titles = agentTitles(kindOfAgents(result));
  const columns = Object.entries(RANKS).map(([key, rank]): Column => {
    const cells = rows.map((row) => row[key as keyof AgentRow]);
    return { title: titles[key as keyof AgentRow], rank, cells, inkOf };
  });
  const filled = columns.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const names = rows.map(({ name }) => foreign(name));
  return tableOf({ title: "agents", names, columns: filled }, width);
}
