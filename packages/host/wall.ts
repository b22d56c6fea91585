/**
 * The wall clock, in nanoseconds since 1970: for what others schedule by it. It may step; no
 * duration is of it.
 */
import { dlopen, ptr } from "bun:ffi";
import { libc } from "./libc.ts";

const CLOCK_REALTIME = 0;

const library = dlopen(libc(), { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
const timespec = new BigInt64Array(2);

export function wallNs(): bigint {
  library.symbols.clock_gettime(CLOCK_REALTIME, ptr(timespec));
  return timespec[0] * 1_000_000_000n + timespec[1];
}
