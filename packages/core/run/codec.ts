/**
 * Messages as bytes, the same on every link:
 *
 *     frame bytes u32 │ text bytes u32 │ JSON text │ padding to 8 │ typed arrays, each padded to 8
 *
 * In the text a typed array stands as {"\0f64": [offset, length]} (u16, u8 likewise) and a big
 * integer as {"\0n": "123"}: no key that a plan may hold (a header, a label) begins with a control
 * character. Little-endian, as is every machine that Bun runs on.
 */
import { NightjarError } from "../errors.ts";

/** More than a snapshot, or a plan with its files, can need. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 8;

type Blob = Float64Array | Uint16Array | Uint8Array;

const ARRAYS = { "\0f64": Float64Array, "\0u16": Uint16Array, "\0u8": Uint8Array } as const;
const BIG = "\0n";
type Mark = keyof typeof ARRAYS;

function pad8(bytes: number): number {
  return (bytes + 7) & ~7;
}

function markOf(value: unknown): Mark | undefined {
  if (value instanceof Float64Array) return "\0f64";
  if (value instanceof Uint16Array) return "\0u16";
  if (value instanceof Uint8Array) return "\0u8";
  return undefined;
}

/** One frame. Numbers must be finite: JSON has no others. */
export function encodeFrame(message: unknown): Uint8Array {
  const blobs: Blob[] = [];
  let blobBytes = 0;
  const text = JSON.stringify(message, function replace(this: Record<string, unknown>, key, value) {
    const raw = this[key];
    const mark = markOf(raw);
    if (mark) {
      const offset = blobBytes;
      blobs.push(raw as Blob);
      blobBytes += pad8((raw as Blob).byteLength);
      return { [mark]: [offset, (raw as Blob).length] };
    }
    return typeof value === "bigint" ? { [BIG]: String(value) } : value;
  });
  const textBytes = new TextEncoder().encode(text);
  const blobStart = pad8(HEADER_BYTES + textBytes.length);
  const frame = new Uint8Array(blobStart + blobBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length, true);
  view.setUint32(4, textBytes.length, true);
  frame.set(textBytes, HEADER_BYTES);
  let at = blobStart;
  for (const blob of blobs) {
    frame.set(new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength), at);
    at += pad8(blob.byteLength);
  }
  return frame;
}

/** The inverse. Throws `protocol` for bytes that `encodeFrame` cannot have made. */
export function decodeFrame(frame: Uint8Array): unknown {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < HEADER_BYTES || view.getUint32(0, true) !== frame.length)
    malformed("its length");
  const textLength = view.getUint32(4, true);
  if (textLength > frame.length - HEADER_BYTES) malformed("the length of its text");
  const text = new TextDecoder().decode(frame.subarray(HEADER_BYTES, HEADER_BYTES + textLength));
  // A copy, so that arrays lie where they may; `slice` of a Buffer would be none.
  const blobs = new Uint8Array(frame.subarray(pad8(HEADER_BYTES + textLength)));
  try {
    return JSON.parse(text, (_key, value) => revive(value, blobs));
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

function revive(value: unknown, blobs: Uint8Array): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [key] = Object.keys(value);
  if (key === undefined || key[0] !== "\0") return value;
  if (key === BIG) return BigInt((value as { [BIG]: string })[BIG]);
  const [offset, length] = (value as Record<Mark, [number, number]>)[key as Mark];
  return new ARRAYS[key as Mark](blobs.buffer as ArrayBuffer, offset, length);
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `a frame is malformed: ${what}`);
}

/** Cuts a stream of bytes into frames, wherever the stream was cut before. */
export class FrameReader {
  private held = new Uint8Array(0);

  /** Complete frames, decoded. Throws `protocol`. */
  push(chunk: Uint8Array): unknown[] {
    const bytes = this.held.length === 0 ? chunk : concatenate(this.held, chunk);
    const messages: unknown[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const length = view.getUint32(0, true);
      if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) malformed(`its length of ${length}`);
      if (bytes.length - at < length) break;
      messages.push(decodeFrame(bytes.subarray(at, at + length)));
      at += length;
    }
    this.held = bytes.slice(at);
    return messages;
  }
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
