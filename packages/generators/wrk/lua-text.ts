/** A text as Lua has it, whatever is in it. */

const PLAIN = /[^A-Za-z0-9 _./:?&=,;@#+*()<>[\]{}!|~^$%-]/g;

export function luaString(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : Buffer.from(text);
  const escaped = bytes
    .toString("latin1")
    .replace(PLAIN, (one) => `\\${String(one.charCodeAt(0)).padStart(3, "0")}`);
  return `"${escaped}"`;
}
