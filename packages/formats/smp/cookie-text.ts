/** Cookies as SMP has them, a map, and as a request has them: one header, `a=1; b=2`. */
import { HEADER_NAME } from "@nightjar/core/plan/plan-limits.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { refuseMember } from "./smp-reader.ts";

type Cookies = Readonly<Record<string, string>>;

/** Latin-1 without control characters and semicolons, and no blank around it. */
const VALUE = /^(?! )[\x20-\x3a\x3c-\x7e\x80-\xff]*(?<! )$/;

/** Values may be secrets, so no refusal shows them. */
export function cookieHeaderOf(cookies: Cookies, path: Path): string {
  const pairs = Object.entries(cookies).map(([name, value]) => {
    if (!HEADER_NAME.test(name)) refuseMember([...path, name], "not the name of a cookie");
    if (!VALUE.test(value)) {
      refuseMember([...path, name], "a cookie's value is Latin-1 in one line, without semicolons");
    }
    return `${name}=${value}`;
  });
  return pairs.join("; ");
}

/** `undefined`: the header is no such list, and only itself can say it. */
export function cookiesIn(header: string): Cookies | undefined {
  const pairs = header.split("; ").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return at < 0 ? ["", ""] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  const names = new Set(pairs.map(([name]) => name));
  const isList = pairs.every(([name, value]) => HEADER_NAME.test(name) && VALUE.test(value));
  if (!isList || names.size !== pairs.length || names.has("__proto__")) return undefined;
  const cookies = Object.fromEntries(pairs);
  const again = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return again.join("; ") === header ? cookies : undefined;
}
