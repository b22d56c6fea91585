/** The wall clock beside the monotonic one: other programs stamp what they log by it. */
import { dlopen, ptr } from "bun:ffi";
import { libc } from "@nightjar/host/libc.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";

const CLOCK_REALTIME = 0;
const TRIES = 8;

const kernel = dlopen(libc(), { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
const timespec = new BigInt64Array(2);
const pointer = ptr(timespec);

/** Wall − monotonic, ns, by the narrowest of some brackets (about a microsecond). */
function offsetNs(): number {
  let narrowest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = monotonicNs();
    kernel.symbols.clock_gettime(CLOCK_REALTIME, pointer);
    const after = monotonicNs();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    offset = Number(timespec[0]) * 1e9 + Number(timespec[1]) - (before + after) / 2;
  }
  return offset;
}

/** Of one run: the offset of its beginning holds for all of it. */
export class WallClock {
  private readonly offset = offsetNs();

  toMonotonicNs(wallNs: number): number {
    return wallNs - this.offset;
  }

  /** By how much somebody has set or slewed the wall clock since, ns. */
  driftNs(): number {
    return offsetNs() - this.offset;
  }
}
