/** The files that a person names: read whole, bounded, with one sentence when that fails. */
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { NightjarError } from "@nightjar/core/errors.ts";

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "it may not be read or written";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOSPC") return "the disk is full";
  return code ?? message;
}

/** Throws `bad-usage`. */
export function readInput(path: string, maxBytes: number): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maxBytes) {
      throw new NightjarError("bad-usage", `${path}: at most ${maxBytes} bytes, found ${size}`);
    }
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (error instanceof NightjarError) throw error;
    throw new NightjarError("bad-usage", `${path}: ${reasonOf(error)}`);
  }
}

/** Opened before the run, so that a path that cannot be written is refused before load is sent. */
export interface OutputFile {
  /** Throws `file`. */
  write(text: string): void;
}

/** Throws `bad-usage`. Does not touch what the file holds until `write`. */
export function openOutput(path: string): OutputFile {
  try {
    closeSync(openSync(path, "a"));
  } catch (error) {
    throw new NightjarError("bad-usage", `${path}: ${reasonOf(error)}`);
  }
  return { write: (text) => writeWhole(path, text) };
}

function writeWhole(path: string, text: string): void {
  try {
    const file = openSync(path, "w");
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    closeSync(file);
  } catch (error) {
    throw new NightjarError("file", `${path}: ${reasonOf(error)}`);
  }
}
