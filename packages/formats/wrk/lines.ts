/** The lines of a transcript, taken one after another; what is wrong is said with its number. */
import { NightjarError } from "@nightjar/core/errors.ts";

const SHOWN_CHARACTERS = 60;

export class Lines {
  private at = 0;
  private readonly lines: readonly string[];

  constructor(text: string) {
    this.lines = text.split(/\r?\n/);
  }

  /** `undefined`: there is none left. */
  get next(): string | undefined {
    return this.lines[this.at];
  }

  get isOver(): boolean {
    return this.lines.slice(this.at).every((line) => line.trim() === "");
  }

  take(): string {
    return this.lines[this.at++] ?? "";
  }

  /** All that are left. */
  takeRest(): readonly string[] {
    const rest = this.lines.slice(this.at);
    this.at = this.lines.length;
    return rest;
  }

  /** What `pattern` captures of the next line, which is taken; `null`: it is another line. */
  match(pattern: RegExp): string[] | null {
    const found = this.next === undefined ? null : pattern.exec(this.next);
    if (found === null) return null;
    this.at++;
    return found.slice(1);
  }

  /** Of the line that was taken last. Throws `file`. */
  blame(what: string): never {
    const text = (this.lines[this.at - 1] ?? "").trim();
    const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
    throw new NightjarError(
      "file",
      `wrk, line ${this.at}: ${what}, found ${JSON.stringify(shown)}`,
    );
  }

  /** Throws `file`. */
  cutShort(wanted: string): never {
    const written = this.lines.findLastIndex((line) => line.trim() !== "") + 1;
    throw new NightjarError("file", `wrk: it ends at line ${written}, and ${wanted} is wanted`);
  }
}
