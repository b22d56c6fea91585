/**
 * FileTail: what another program writes into a file, as it grows. A file and not a pipe: one that
 * is full would hold up the program, and with it the load. What was read takes no space any more,
 * so that a run of days does not fill the disk.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { punch } from "./punched-file.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Whole blocks of any file system. */
const PUNCH_BYTES = 16 * 1024 * 1024;

export class FileTail {
  private fd: number | undefined;
  private at = 0;
  private punched = 0;
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(private readonly path: string) {}

  /** What has come since, in pieces that are valid during the call alone. */
  read(onPiece: (piece: Buffer) => void): void {
    this.fd ??= this.open();
    if (this.fd === undefined) return;
    for (;;) {
      const size = readSync(this.fd, this.buffer, 0, CHUNK_BYTES, this.at);
      if (size === 0) return;
      this.at += size;
      onPiece(this.buffer.subarray(0, size));
      this.punchWhatWasRead(this.fd);
    }
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private punchWhatWasRead(fd: number): void {
    if (this.at - this.punched < PUNCH_BYTES) return;
    const to = this.at - (this.at % PUNCH_BYTES);
    punch(fd, this.punched, to);
    this.punched = to;
  }

  /** It is there as soon as the program has opened it. */
  private open(): number | undefined {
    try {
      return openSync(this.path, "r+");
    } catch {
      return undefined;
    }
  }
}
