/**
 * docs/performance.md: what the newest full run of each bench printed stands between its marks,
 * `<!-- bench: NAME -->` and `<!-- end -->`, and all claims at `<!-- bench: claims -->`. Nobody
 * writes there by hand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BENCHES } from "./benches.ts";
import { type Entry, newest } from "./history.ts";

const FILE = join(import.meta.dir, "../docs/performance.md");
const BLOCK = /(<!-- bench: (\w+) -->\n).*?(<!-- end -->)/gs;

type Entries = ReadonlyMap<string, Entry>;

export function updateDocument(file = FILE): void {
  writeFileSync(file, withResults(readFileSync(file, "utf8"), newest()));
}

export function withResults(text: string, entries: Entries): string {
  return text.replace(BLOCK, (_, open: string, name: string, close: string) => {
    const lines = name === "claims" ? claimsOf(entries) : resultsOf(name, entries.get(name));
    return `${open}\n${lines.join("\n")}\n\n${close}`;
  });
}

function resultsOf(name: string, entry: Entry | undefined): string[] {
  const command = `\`npm run bench -- ${name}\``;
  if (!entry) return [`${command}: not measured yet.`];
  const { at, machine, lines } = entry;
  const where = `${machine.cores} cores of ${machine.cpu}, Linux ${machine.kernel.split("-")[0]}`;
  const head = `${command}, ${at.slice(0, 10)}, commit ${machine.commit}, ${where}:`;
  return [head, "", ...lines.map(item)];
}

/** Rows of a table stay as they are; all else becomes an item of a list. */
function item(line: string): string {
  return line.startsWith("|") ? line : `* ${line.replaceAll(/\s*\n\s*/g, "; ")}`;
}

/** A table of all claims of all benches, measured or not. */
function claimsOf(entries: Entries): string[] {
  const rows = BENCHES.flatMap(({ name, claims }) =>
    claims.map(({ kind, says }) => {
      const judged = entries.get(name)?.judged ?? [];
      const found = judged.find((each) => each.kind === kind && each.says === says);
      return [kind, says, found?.outcome ?? "not measured yet", found?.measured ?? ""];
    }),
  );
  const heads = [["", "Promise", "Outcome", "Measured"], Array<string>(4).fill("---")];
  return [...heads, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
