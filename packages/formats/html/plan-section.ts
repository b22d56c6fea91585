/** What was planned. Secrets are redacted, whoever made the Result. */
import { REDACTED, speaksOfSecret } from "@nightjar/core/plan/header-secrecy.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { count } from "../figures.ts";
import { prettyJson } from "../json/json.ts";
import { html, lines, type Markup } from "./markup.ts";
import { factsOf, section } from "./table.ts";

const MOST_TEXT = 400;
const MOST_PLAN = 60_000;

function shortened(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, MOST_TEXT)}… (${count(text.length)} characters)`;
}

/** Values under a name that speaks of a secret; templates of the environment name only where. */
function harmless(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((member) => harmless(member, name));
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => [key, harmless(member, key)]);
    return Object.fromEntries(members);
  }
  if (typeof value !== "string") return value;
  const isSecret = speaksOfSecret(name) && !/^\{\{\s*env [^}]*\}\}$/.test(value);
  return isSecret ? REDACTED : shortened(value);
}

function planText({ plan }: ResultDocument): string {
  const text = prettyJson(harmless(plan));
  return text.length > MOST_PLAN ? `${text.slice(0, MOST_PLAN)}\n…` : text;
}

export function planSection(result: ResultDocument): Markup {
  const labels = Object.entries(result.labels).map(([name, value]) => {
    return value === "" ? { name: "label", value: name } : { name, value };
  });
  return section("plan", "Plan", [
    factsOf([...labels, { name: "run", value: result.id }]),
    html`<details><summary>the whole plan, with every default; secrets are redacted</summary>
<pre>${lines(planText(result))}</pre></details>
`,
  ]);
}
