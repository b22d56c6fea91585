/** What was planned, and on which machine it ran. Secrets are redacted, whoever made the Result. */
import { REDACTED, speaksOfSecret } from "@nightjar/core/plan/header-secrecy.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { bytes, count, counted } from "../figures.ts";
import { prettyJson } from "../json/json.ts";
import { html, lines, type Markup } from "./markup.ts";
import { type Fact, factsOf, section } from "./table.ts";

const MOST_TEXT = 400;
const MOST_PLAN = 60_000;
const MEGABYTE = 1e6;

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

export function environmentSection({ environment }: ResultDocument): Markup {
  if (environment === null) return section("environment", "Environment", []);
  const { host, os, kernel, cpu, cores, cpuQuota, memoryMb, bun } = environment;
  const { stealPercent, throttled, suspendedMs } = environment;
  const quota = cpuQuota === null ? "" : `, ${cpuQuota} allowed by the control group`;
  const facts: Fact[] = [
    { name: "machine", value: host },
    { name: "CPU", value: cpu },
    { name: "cores", value: `${counted(cores, "core")}${quota}` },
    { name: "memory", value: bytes(memoryMb * MEGABYTE) },
    { name: "system", value: [os, kernel].filter(Boolean).join(", ") },
    { name: "Bun", value: bun },
    { name: "taken by the hypervisor", value: stealPercent ? `${stealPercent} %` : "" },
    {
      name: "throttled by the control group",
      value: throttled?.ms ? `${count(throttled.ms)} ms` : "",
    },
    { name: "suspended", value: suspendedMs ? `${count(suspendedMs)} ms` : "" },
  ];
  return section("environment", "Environment", [factsOf(facts)]);
}
