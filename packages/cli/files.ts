/** The files that a person names: read whole, bounded, with one sentence when that fails. */
import { closeSync, openSync, readSync, rmSync, type Stats, statSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";
import { reasonOf } from "./file-fault.ts";
import { FileStream } from "./file-stream.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * Pipes and devices do not know their size, so all are read to their end, or to one byte over
 * `maxBytes`.
 */
export function readInput(path: string, maxBytes: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readUpTo(path, maxBytes + 1);
  } catch (error) {
    throw new NightjarError("bad-usage", `${path}: ${reasonOf(error)}`);
  }
  if (bytes.length <= maxBytes) return bytes;
  throw new NightjarError("bad-usage", `${path}: at most ${maxBytes} bytes, and it holds more`);
}

function readUpTo(path: string, most: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const chunks: Uint8Array[] = [];
    for (let left = most; left > 0; ) {
      const chunk = new Uint8Array(Math.min(left, CHUNK_BYTES));
      const length = readSync(file, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
      left -= length;
    }
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    closeSync(file);
  }
}

/** Opened before the run, so that a path that cannot be written is refused before load is sent. */
export interface OutputFile {
  readonly path: string;
  /** All at once. Throws `file`. */
  write(text: string): void;
  /** Bit by bit, instead. */
  stream(): FileStream;
  /** Leaves nothing behind that was not there before, unless it was written. */
  release(): void;
}

/** `undefined`: nothing is there, or nobody may look. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** It is not to be opened before its time, which would end its reader, nor to be replaced. */
export function isPipeOrDevice(path: string): boolean {
  const stats = statsOf(path);
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/** By whatever names: two that are spelt otherwise may be links to one. */
export function isSameFile(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = [statsOf(one), statsOf(other)];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** Throws `bad-usage`. Does not touch what the file holds until `write`. */
export function openOutput(name: string): OutputFile {
  const path = resolve(name);
  const isNew = statsOf(path) === undefined;
  try {
    if (!isPipeOrDevice(path)) closeSync(openSync(path, "a"));
  } catch (error) {
    const { code } = error as { code?: string };
    const hasFolder = code !== "ENOENT" || statsOf(dirname(path)) !== undefined;
    const reason = hasFolder ? reasonOf(error) : "its folder does not exist";
    throw new NightjarError("bad-usage", `${name}: ${reason}`);
  }
  let isWritten = false;
  return {
    path,
    write(text) {
      isWritten = true;
      writeWhole(name, text);
    },
    stream() {
      isWritten = true;
      return new FileStream(name);
    },
    release() {
      if (isNew && !isWritten) rmSync(path, { force: true });
    },
  };
}

function writeWhole(name: string, text: string): void {
  try {
    const file = openSync(name, "w");
    try {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new NightjarError("file", `${name}: ${reasonOf(error)}`);
  }
}
