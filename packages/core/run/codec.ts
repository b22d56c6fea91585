/**
 * Messages as bytes, the same on every link:
 *
 *     frame bytes u32 │ text bytes u32 │ JSON text │ padding to 8 │ typed arrays, each padded to 8
 *
 * In the text a typed array stands as {"\0f64": [offset, length]} (u16, u8 likewise) and a big
 * integer as {"\0n": "123"}: no key that a plan may hold (a header, a label) begins with a control
 * character. Little-endian, as is every machine that Bun runs on.
 *
 * A packed frame has its histograms (packed-histogram.ts) among the arrays, without padding, as
 * {"\0h": offset + 2^26 · bytes}, a number, since a fold has so many; an empty one has no bytes. A
 * snapshot takes a seventh of the space (`npm run bench -- fold`).
 */

import { NightjarError } from "../errors.ts";
import { EMPTY_HISTOGRAM, type SparseHistogram } from "../record/histogram.ts";
import { PackedHistogram, packedBytes } from "../record/packed-histogram.ts";

/** More than a snapshot, or a plan with its files, can need. */
export const MAX_FRAME_BYTES = 2 ** 26;
const HEADER_BYTES = 8;

type Blob = Float64Array | Uint16Array | Uint8Array;

const ARRAYS = { "\0f64": Float64Array, "\0u16": Uint16Array, "\0u8": Uint8Array } as const;
const BIG = "\0n";
const PACKED = "\0h";
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
  return encode(message, (histogram) =>
    histogram instanceof PackedHistogram ? histogram.unpack() : histogram,
  );
}

/** One frame that is small, with its histograms packed: for a network. */
export function encodePacked(message: unknown): Uint8Array {
  return encode(message, (histogram, blobs) => {
    if (histogram.count === 0) return { [PACKED]: 0 };
    const bytes = packedBytes(histogram);
    return bytes ? { [PACKED]: blobs.add(bytes, 1) + MAX_FRAME_BYTES * bytes.length } : histogram;
  });
}

function encode(
  message: unknown,
  onHistogram: (histogram: SparseHistogram, blobs: Blobs) => unknown,
): Uint8Array {
  const blobs = new Blobs();
  const text = JSON.stringify(message, function replace(this: Record<string, unknown>, key, value) {
    const raw = this[key];
    const mark = markOf(raw);
    if (mark) return { [mark]: [blobs.add(raw as Blob, 8), (raw as Blob).length] };
    if (typeof value === "bigint") return { [BIG]: String(value) };
    return isHistogram(raw) ? onHistogram(raw, blobs) : value;
  });
  const textBytes = new TextEncoder().encode(text);
  const blobStart = pad8(HEADER_BYTES + textBytes.length);
  const frame = new Uint8Array(blobStart + blobs.size);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length, true);
  view.setUint32(4, textBytes.length, true);
  frame.set(textBytes, HEADER_BYTES);
  blobs.write(frame.subarray(blobStart));
  return frame;
}

const HISTOGRAM_FIELDS = Object.keys(EMPTY_HISTOGRAM).length;

/** And nothing beside it. */
function isHistogram(value: unknown): value is SparseHistogram {
  if (value instanceof PackedHistogram) return true;
  if (typeof value !== "object" || value === null || !("sumSquares" in value)) return false;
  const { slots, counts, sum } = value as SparseHistogram;
  const isOne =
    slots instanceof Uint16Array && counts instanceof Float64Array && typeof sum === "bigint";
  return isOne && Object.keys(value).length === HISTOGRAM_FIELDS;
}

class Blobs {
  private readonly all: { offset: number; blob: Blob }[] = [];
  size = 0;

  /** At the next multiple of `unit`; returns where. */
  add(blob: Blob, unit: 1 | 8): number {
    const offset = unit === 8 ? pad8(this.size) : this.size;
    this.all.push({ offset, blob });
    this.size = offset + blob.byteLength;
    return offset;
  }

  write(to: Uint8Array): void {
    for (const { offset, blob } of this.all)
      to.set(new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength), offset);
  }
}

const decoder = new TextDecoder();

/**
 * The inverse, of either kind. Histograms of a packed frame are `PackedHistogram`s, checked, and
 * unpacked when they are looked into: they stay in the frame, which must not be written to any
 * more. Throws `protocol` for bytes that are no frame.
 */
export function decodeFrame(frame: Uint8Array): unknown {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < HEADER_BYTES || view.getUint32(0, true) !== frame.length)
    malformed("its length");
  const textLength = view.getUint32(4, true);
  if (textLength > frame.length - HEADER_BYTES) malformed("the length of its text");
  const text = decoder.decode(frame.subarray(HEADER_BYTES, HEADER_BYTES + textLength));
  const blobs = new BlobReader(frame.subarray(pad8(HEADER_BYTES + textLength)));
  try {
    return revived(JSON.parse(text), blobs);
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

/** In place: three times as fast as the reviver of `JSON.parse`. */
function revived(value: unknown, blobs: BlobReader): unknown {
  if (typeof value !== "object" || value === null) return value;
  const tree = value as Record<string, unknown>;
  for (const key in tree) {
    if (key.charCodeAt(0) === 0) return unmarked(key, tree[key], blobs);
    const child = tree[key];
    if (typeof child !== "object" || child === null) continue;
    const whole = revived(child, blobs);
    if (whole !== child) tree[key] = whole;
  }
  return tree;
}

function unmarked(mark: string, value: unknown, blobs: BlobReader): unknown {
  if (mark === BIG) return BigInt(value as string);
  if (mark === PACKED) return blobs.histogram(value as number);
  const [offset, length] = value as [number, number];
  return blobs.array(mark as Mark, offset, length);
}

class BlobReader {
  private copy: Uint8Array<ArrayBuffer> | undefined;

  constructor(private readonly bytes: Uint8Array) {}

  array(mark: Mark, offset: number, length: number): Blob {
    // So that arrays lie where they may; `slice` of a Buffer would be no copy.
    this.copy ??= new Uint8Array(this.bytes);
    return new ARRAYS[mark](this.copy.buffer, offset, length);
  }

  /** In place. */
  histogram(span: number): SparseHistogram {
    if (span === 0) return EMPTY_HISTOGRAM;
    // Small integers also to the engine: a loop over bytes takes twice as long from a double on.
    const from = (span % MAX_FRAME_BYTES) | 0;
    const to = (from + span / MAX_FRAME_BYTES) | 0;
    if (!Number.isSafeInteger(span) || span < 0 || to > this.bytes.length)
      malformed("a histogram lies outside it");
    return PackedHistogram.read(this.bytes, from, to);
  }
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
