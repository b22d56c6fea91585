/**
 * The documents that are made from tables and schemas: `npm run docs` writes them, a test compares.
 */
import { planJsonSchema } from "@nightjar/core/plan/plan-schema.ts";
import { resultJsonSchema } from "@nightjar/core/result/result-document.ts";
import { sideBySideJsonSchema } from "@nightjar/core/result/side-by-side.ts";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { EVERY, isRepeatable, type OptionRow, usageOf } from "./options/row.ts";
import { PLAN_OPTIONS, RUN_OPTIONS } from "./options/run.ts";

/** By their path in the checkout. */
export function referenceFiles(): Readonly<Record<string, string>> {
  return {
    "docs/cli.md": commandLineDocument(),
    "docs/schema/plan.json": `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
    "docs/schema/result.json": `${JSON.stringify(resultJsonSchema(), null, 2)}\n`,
    "docs/schema/side-by-side.json": `${JSON.stringify(sideBySideJsonSchema(), null, 2)}\n`,
  };
}

function commandLineDocument(): string {
  const sections = COMMANDS.map(commandSection);
  return [HEAD, ...sections, exitCodeSection()].join("\n\n").concat("\n");
}

const HEAD = `# The command line

*Made by \`npm run docs\` from the tables that also make \`--help\`: change those, not this.*

A value that has spaces, \`<\` or \`*\` stands in quotes. An option that is not marked as repeatable
is given once. Flags and plan files build the same plan ([plan.md](plan.md)); where both say
something, the flag wins.`;

function commandSection(row: CommandRow): string {
  const { name, help, argument, options, examples } = row;
  const words = [name, ...(options.length > 0 ? ["[options]"] : [])];
  const usage = `./nightjar ${[...words, ...(argument ? [`<${argument.name}>`] : [])].join(" ")}`;
  const parts = [`## nightjar ${name}`, `\`${usage}\`: ${help}.`];
  if (argument) parts.push(`\`<${argument.name}>\`: ${argument.help}.`);
  if (examples.length > 0) {
    parts.push(`\`\`\`bash\n${examples.map((line) => `./${line}`).join("\n")}\n\`\`\``);
  }
  return [...parts, ...optionSections(options)].join("\n\n");
}

/** `plan check` has those of `run` that concern the plan; they are not listed twice. */
function optionSections(options: readonly OptionRow[]): string[] {
  if (options === PLAN_OPTIONS) {
    const others = RUN_OPTIONS.filter((row) => !row.path).map(({ flag }) => `\`${flag}\``);
    return [`Options: those of \`run\`, except ${others.join(", ")}.`];
  }
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.map((group) => groupTable(group, options));
}

function groupTable(group: string, options: readonly OptionRow[]): string {
  const rows = options
    .filter((row) => row.group === group)
    .map((row) => `| ${code(usageOf(row))} | ${meaning(row)} | ${cell(row.default ?? "")} |`);
  return [
    `### ${group}`,
    ["| Option | Meaning | Default |", "|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function meaning(row: OptionRow): string {
  const isSaid = row.help.includes("repeatable");
  const facts = [
    cell(row.help),
    ...(row.choices ? [row.choices.map(code).join(", ")] : []),
    ...(isRepeatable(row) && !isSaid ? ["repeatable"] : []),
    ...(row.example ? [code(row.example)] : []),
    ...(row.path ? [`in a plan: ${code(keyIn(row))}`] : []),
  ];
  return facts.join("; ");
}

function keyIn({ path, kind }: OptionRow): string {
  const key = (path ?? []).map((step) => (step === EVERY ? "[]" : `.${step}`));
  const name = key.join("").slice(1);
  return kind === "body" ? `${name}, ${name}File` : name;
}

function exitCodeSection(): string {
  const rows = EXIT_CODES.map(({ code: number, meaning: words }) => `| ${number} | ${words} |`);
  return ["## Exit codes", ["| Code | Meaning |", "|---|---|", ...rows].join("\n")].join("\n\n");
}

/** A pipe would end the cell, in code too. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}
