/**
 * What went wrong, as a person reads it: one sentence and a hint; a stack only for a fault of ours.
 */
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import { CommanderError } from "commander";
import { COMMANDS } from "./commands.ts";

/** Says it and gives the exit code. */
export function complain(error: unknown, note: (text: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof NightjarError) {
    note(`nightjar: ${error.message}`);
    if (error.hint) note(`  ${error.hint}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  note(`nightjar: this is a fault of Nightjar itself, please report it\n${text}`);
  return EXIT.operating;
}

/**
 * What commander says of bad usage, in our form: `error: …\n(Did you mean run?)` → `nightjar: …
 * (did you mean run?)`.
 */
export function usageSentence(text: string): string {
  const [first, suggestion] = text.trim().split("\n");
  const sentence = first.replace(/^error: /, "").replace(/\.$/, "");
  const near = suggestion?.replace("(Did", "(did") ?? elsewhere(sentence);
  return `nightjar: ${sentence}${near === "" ? "" : ` ${near}`}\n  --help shows what is allowed\n`;
}

/** What would be right with another command, or behind one. */
function elsewhere(sentence: string): string {
  const [, kind, word] = /^unknown (command|option) '(.*)'$/.exec(sentence) ?? [];
  if (kind === "command") return forgottenCommand(word);
  const [name] = (word ?? "").split("=");
  const known = COMMANDS.filter(({ options }) => options.some(({ flag }) => flag === name));
  return known.length === 0 ? "" : `(an option of ${known.map((row) => row.name).join(" and ")})`;
}

function forgottenCommand(word: string): string {
  return /:\/\/|\.(?:ya?ml|json)$/.test(word) ? `(did you mean nightjar run ${word}?)` : "";
}
