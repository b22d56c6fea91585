/**
 * FileTail: lines of a file that another program is writing. A file and not a pipe: a pipe that is
 * full would hold up the program, and with it the load.
 */
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1024 * 1024;
/** No line of ours is nearly so long. */
const MAX_LINE_BYTES = 64 * 1024;

export class FileTail {
  private fd: number | undefined;
  private at = 0;
  private rest = "";
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(private readonly path: string) {}

  /** Whole lines that have come since. */
  read(onLine: (line: string) => void): void {
    this.fd ??= this.open();
    if (this.fd === undefined) return;
    for (;;) {
      const size = readSync(this.fd, this.buffer, 0, CHUNK_BYTES, this.at);
      if (size === 0) return;
      this.at += size;
      const lines = (this.rest + this.buffer.toString("latin1", 0, size)).split("\n");
      this.rest = (lines.pop() ?? "").slice(0, MAX_LINE_BYTES);
      for (const line of lines) onLine(line);
    }
  }

  /** Whether the file ends within a line: whoever wrote it was cut off. */
  get isCut(): boolean {
    return this.rest !== "";
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  /** It is there as soon as the program has opened it. */
  private open(): number | undefined {
    try {
      return openSync(this.path, "r");
    } catch {
      return undefined;
    }
  }
}
