/** How histograms are packed in documents, for the pure rooms that are handed it. */
import { deflateSync, inflateSync } from "node:zlib";

export const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes);
export const inflate = (bytes: Uint8Array): Uint8Array => inflateSync(bytes);
