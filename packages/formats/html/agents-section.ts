/** The agents of a run over a fleet: a table. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type AgentRow, agentRows, agentTitles, kindOfAgents } from "../agent-rows.ts";
import { html, type Markup } from "./markup.ts";
import { type Column, section, tableOf } from "./table.ts";

const TEXTS: readonly (keyof AgentRow)[] = ["clock", "arrived", "end"];

function inkOf(cell: string): string {
  if (cell === "lost" || cell === "failed") return "bad";
  return cell === "sick" ? "doubt" : "";
}

export function agentsSection(result: ResultDocument): Markup {
  const rows = agentRows(result);
  const { name: title, ...titles } = agentTitles(kindOfAgents(result));
  const columns = Object.entries(titles).map(([key, said]): Column => {
    const cells = rows.map((row) => row[key as keyof AgentRow]);
    return { title: said, cells, isText: TEXTS.includes(key as keyof AgentRow), inkOf };
  });
  const table = tableOf({
    caption:
      "the machines that sent the load: what each measured by itself, how late it began, its clock",
    title,
    names: rows.map(({ name }) => html`<b>${name}</b>`),
    columns,
  });
  return section("agents", "Agents", [table]);
}
