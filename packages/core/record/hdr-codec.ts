/**
 * HdrHistogram's V2 encoding (log format of the HdrHistogram family,
 * https://hdrhistogram.github.io/HdrHistogram/):
 *
 *     cookie 0x1c849313 │ payload bytes │ index offset 0 │ digits 3 │ lowest 1 │ highest 3.6e12
 *     │ ratio 1.0 │ ZigZag LEB128 counts
 *     compressed: cookie 0x1c849314 │ bytes │ zlib(the above)
 *
 * Big-endian; runs of empty slots are one negative number. Deflate is handed in, so that this runs
 * in a browser.
 */
import { NightjarError } from "../errors.ts";
import {
  HIGHEST_NS,
  HISTOGRAM_SLOTS,
  Histogram,
  highestOf,
  lowestOf,
  type SparseHistogram,
} from "./histogram.ts";

const V2_COOKIE = 0x1c849313;
const V2_COMPRESSED_COOKIE = 0x1c849314;
const COOKIE_BASE_MASK = 0xffffff0f;
const HEADER_BYTES = 40;
const DIGITS = 3;
const MAX_LEB_BYTES = 9;
/** Counts are kept as floats: exact to here. */
const MAX_COUNT = 2 ** 52;

export type Deflate = (bytes: Uint8Array) => Uint8Array;

/** ZigZag, then 7 bits a byte, low first; the ninth byte holds 8 bits. Values to 2^52. */
function writeZigZag(out: number[], value: number): void {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  for (let byte = 1; byte < MAX_LEB_BYTES && rest >= 128; byte++) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/** V2, not compressed. */
export function encodeV2(h: SparseHistogram): Uint8Array {
  const payload: number[] = [];
  let next = 0;
  for (let at = 0; at < h.slots.length; at++) {
    const empty = h.slots[at] - next;
    if (empty === 1) payload.push(0);
    else if (empty > 1) writeZigZag(payload, -empty);
    writeZigZag(payload, h.counts[at]);
    next = h.slots[at] + 1;
  }
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, V2_COOKIE);
  view.setUint32(4, payload.length);
  view.setUint32(8, 0);
  view.setUint32(12, DIGITS);
  view.setBigInt64(16, 1n);
  view.setBigInt64(24, BigInt(HIGHEST_NS));
  view.setFloat64(32, 1);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

export function encodeV2Compressed(h: SparseHistogram, deflate: Deflate): Uint8Array {
  const body = deflate(encodeV2(h));
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, V2_COMPRESSED_COOKIE);
  view.setUint32(4, body.length);
  bytes.set(body, 8);
  return bytes;
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `not a V2 histogram of nanoseconds: ${what}`);
}

/**
 * Returns the bytes of the payload. Index offset and ratio are not looked at: hdr-histogram-js
 * writes other words there than the original (1 and an integer), and means the same.
 */
function checkHeader(view: DataView): number {
  if (view.byteLength < HEADER_BYTES) malformed(`${view.byteLength} bytes`);
  const cookie = view.getUint32(0);
  if ((cookie & COOKIE_BASE_MASK) >>> 0 !== (V2_COOKIE & COOKIE_BASE_MASK) >>> 0) {
    malformed(`cookie 0x${cookie.toString(16)}`);
  }
  const digits = view.getUint32(12);
  const lowest = view.getBigInt64(16);
  if (digits !== DIGITS || lowest !== 1n) malformed(`${digits} digits from ${lowest}`);
  const length = view.getUint32(4);
  if (length > view.byteLength - HEADER_BYTES) malformed("it is cut short");
  return length;
}

/**
 * Counts by slot. V2 carries no moments: minimum and maximum are the ends of their slots, so that
 * percentiles are those of any HdrHistogram; sums are estimates from the lowest values. Throws
 * `protocol`.
 */
export function decodeV2(bytes: Uint8Array): SparseHistogram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = checkHeader(view);
  const slots: number[] = [];
  const counts: number[] = [];
  const reader = new ZigZagReader(bytes.subarray(HEADER_BYTES, HEADER_BYTES + length));
  for (let slot = 0; reader.hasMore; ) {
    const value = reader.read();
    if (value > MAX_COUNT) malformed("a count is too large");
    if (value > 0) {
      slots.push(slot);
      counts.push(value);
    }
    slot += value < 0 ? -value : 1;
    if (slot > HISTOGRAM_SLOTS) malformed("it has too many slots");
  }
  return fromSlots(slots, counts);
}

class ZigZagReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get hasMore(): boolean {
    return this.at < this.bytes.length;
  }

  read(): number {
    let raw = 0;
    for (let byte = 1, shift = 1; ; byte++, shift *= 128) {
      if (!this.hasMore) malformed("a number is cut short");
      const part = this.bytes[this.at++];
      const last = byte === MAX_LEB_BYTES || part < 128;
      raw += (last ? part : part & 127) * shift;
      if (last) return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2;
    }
  }
}

export function decodeV2Compressed(bytes: Uint8Array, inflate: Deflate): SparseHistogram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0) !== V2_COMPRESSED_COOKIE) malformed("wrong cookie");
  const body = bytes.subarray(8, 8 + view.getUint32(4));
  return decodeV2(inflated(body, inflate));
}

function inflated(body: Uint8Array, inflate: Deflate): Uint8Array {
  try {
    return inflate(body);
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

function fromSlots(slots: readonly number[], counts: readonly number[]): SparseHistogram {
  const total = new Histogram();
  for (let at = 0; at < slots.length; at++) {
    const value = BigInt(lowestOf(slots[at]));
    const n = BigInt(counts[at]);
    total.add({
      slots: Uint16Array.of(slots[at]),
      counts: Float64Array.of(counts[at]),
      count: counts[at],
      min: Number(value),
      max: highestOf(slots[at]),
      sum: value * n,
      sumSquares: value * value * n,
    });
  }
  return total.sparse();
}
