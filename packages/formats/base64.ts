/** Base64 ⇄ bytes, with what browsers and Bun both have. */

/**
 * Bytes per call of `String.fromCharCode`: more arguments than this overflow the stack in some
 * engines.
 */
const CHUNK_BYTES = 8192;

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(text);
}

/** Throws (a DOMException) for what is not base64. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
