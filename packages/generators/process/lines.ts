/** Lines: pieces of text → whole lines. */

/** No line of ours is nearly so long. */
const MAX_LINE_LENGTH = 64 * 1024;

export class Lines {
  private rest = "";

  constructor(private readonly onLine: (line: string) => void) {}

  add(piece: string): void {
    const lines = (this.rest + piece).split("\n");
    this.rest = (lines.pop() ?? "").slice(0, MAX_LINE_LENGTH);
    for (const line of lines) this.onLine(line);
  }

  /** A last line without an end is no line: whoever wrote it was cut off. */
  get isCut(): boolean {
    return this.rest !== "";
  }
}
