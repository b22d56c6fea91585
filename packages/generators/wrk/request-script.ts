/**
 * The request of a job as wrk's Lua has it. It is read from a file of mode 0600: arguments are seen
 * by everybody, and `-H` drops what has no blank behind its colon.
 */
import type { JobRequest } from "../job.ts";
import { luaString } from "./lua-text.ts";

export const SCRIPT = "wrk.lua";

export function requestScript({ url, method, headers, body }: JobRequest): string {
  const { pathname, search } = new URL(url);
  return [
    `wrk.method = ${luaString(method)}`,
    `wrk.path = ${luaString(pathname + search)}`,
    ...headers.map(({ name, value }) => `wrk.headers[${luaString(name)}] = ${luaString(value)}`),
    ...(body === undefined ? [] : [`wrk.body = ${luaString(body)}`]),
    "",
  ].join("\n");
}

/** Without path and query, which the script says. */
export function authorityOf({ url }: JobRequest): string {
  return new URL(url).origin;
}
