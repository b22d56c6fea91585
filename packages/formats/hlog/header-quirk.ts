/**
 * hdr-histogram-js (seen in 3.0.1) writes two fields of the V2 header as the integer 1 that neither
 * it nor its readers look at: the index offset, which should be 0, and the ratio, which should be
 * the double 1.0. Its counts are not shifted. A header that has both is read as what was meant; any
 * other offset or ratio is refused by the decoder.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";

const OFFSET_AT = 8;
const RATIO_AT = 32;
const HEADER_BYTES = 40;

function mended(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEADER_BYTES) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(OFFSET_AT) !== 1 || view.getBigInt64(RATIO_AT) !== 1n) return bytes;
  const copy = Uint8Array.from(bytes);
  const header = new DataView(copy.buffer);
  header.setUint32(OFFSET_AT, 0);
  header.setFloat64(RATIO_AT, 1);
  return copy;
}

export function mendingQuirk(inflate: Deflate): Deflate {
  return (bytes) => mended(inflate(bytes));
}
