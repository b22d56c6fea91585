/**
 * A file that is written while a run goes on. Nothing here waits for the disk or for the reader of
 * a pipe: what they have not taken stands in a queue, in order.
 */
import { type FileHandle, open } from "node:fs/promises";
import { NightjarError } from "@nightjar/core/errors.ts";
import { reasonOf } from "./file-fault.ts";

/** Some thousand seconds of a run whose reader has stopped reading. */
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;

const TOO_SLOW = { message: `its reader is slow: ${MAX_WAITING_BYTES / 2 ** 20} MB wait for it` };

export class FileStream {
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private failure: unknown;
  private writing: Promise<void>;
  private readonly opened: Promise<FileHandle>;
  private isIdle = false;

  /** Empties the file. A pipe opens when its reader does. */
  constructor(private readonly name: string) {
    this.opened = open(name, "w");
    this.writing = this.drain();
  }

  /** Never throws: what went wrong is said by `end`, and nothing is written after it. */
  append(text: string): void {
    if (this.failure !== undefined) return;
    const bytes = new TextEncoder().encode(text);
    if (this.waitingBytes + bytes.length > MAX_WAITING_BYTES) return this.fail(TOO_SLOW);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.isIdle) this.writing = this.drain();
  }

  /**
   * Resolves when all is written. Throws `file`, and does not wait for a reader that it has given
   * up.
   */
  async end(): Promise<void> {
    if (this.failure === undefined) {
      await this.writing;
      await this.close();
    }
    if (this.failure === undefined) return;
    throw new NightjarError("file", `${this.name}: ${reasonOf(this.failure)}`);
  }

  private async drain(): Promise<void> {
    this.isIdle = false;
    const file = await this.opened.catch((error) => this.fail(error));
    if (!file) return;
    try {
      for (let bytes = this.waiting.shift(); bytes; bytes = this.waiting.shift()) {
        await writeAll(file, bytes);
        this.waitingBytes -= bytes.length;
      }
    } catch (error) {
      this.fail(error);
    }
    // Nothing is awaited between the last look at the queue and this.
    this.isIdle = true;
    if (this.failure !== undefined) await file.close().catch(() => {});
  }

  private fail(reason: unknown): void {
    this.failure ??= reason;
    this.waiting.length = 0;
  }

  /** A file whose name has gone is lost to everybody, and no write says so. */
  private async close(): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      const file = await this.opened;
      const stats = await file.stat();
      if (stats.isFile() && stats.nlink === 0) this.fail({ code: "ENOENT" });
      await file.close();
    } catch (error) {
      this.fail(error);
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}
