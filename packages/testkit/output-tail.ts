/** The last part of what a process wrote, and each line as it comes. Keeps at most `limitBytes`. */
export class OutputTail {
  text = "";
  private unfinished = "";

  constructor(
    private readonly limitBytes: number,
    private readonly onLine: (line: string) => void,
  ) {}

  /** Reads the stream to its end. */
  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.add(decoder.decode(chunk, { stream: true }));
    if (this.unfinished !== "") this.onLine(this.unfinished);
  }

  private add(text: string): void {
    this.text = (this.text + text).slice(-this.limitBytes);
    const lines = (this.unfinished + text).split("\n");
    this.unfinished = lines.pop() ?? "";
    for (const line of lines) this.onLine(line);
  }
}
