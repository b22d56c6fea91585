/** Blanks around a text in a header (RFC 9110 §5.6.3), in bytes. */

const SPACE = 32;
const TAB = 9;

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Where the text begins. */
export function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at])) at++;
  return at;
}

/** Where the text ends. */
export function beforeBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(bytes[at - 1])) at--;
  return at;
}
