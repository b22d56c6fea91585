/** What a process has written, as far as it is kept: the end of it, and lines as they come. */

export class OutputEnd {
  private kept = "";
  private cut = false;
  private line = "";

  constructor(
    private readonly limit: number,
    /** Told of each line, as it comes. */
    private readonly onLine?: (line: string) => void,
  ) {}

  /** Begins with `…` where the beginning is lost. */
  get text(): string {
    return this.cut ? `…${this.kept}` : this.kept;
  }

  get isWhole(): boolean {
    return !this.cut;
  }

  /** Reads the stream to its end, or to where it breaks. */
  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of stream) this.add(decoder.decode(chunk, { stream: true }));
    } catch {
      // A pipe that broke has said what it had to say.
    }
    if (this.line !== "") this.onLine?.(this.line);
    this.line = "";
  }

  private add(text: string): void {
    const whole = this.kept + text;
    this.cut ||= whole.length > this.limit;
    this.kept = whole.slice(-this.limit);
    if (this.onLine === undefined) return;
    const lines = (this.line + text).split("\n");
    this.line = (lines.pop() ?? "").slice(-this.limit);
    for (const line of lines) this.onLine(line);
  }
}
