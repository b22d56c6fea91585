/** The wall clock beside the monotonic one: other programs stamp what they log by it. */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { wallNs } from "@nightjar/host/wall.ts";

const TRIES = 8;

/** Wall − monotonic, ns, by the narrowest of some brackets (about a microsecond). */
function offsetNs(): number {
  let narrowest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = monotonicNs();
    const wall = wallNs();
    const after = monotonicNs();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    offset = Number(wall) - (before + after) / 2;
  }
  return offset;
}

/** Of one run: the offset of its beginning holds for all of it. */
export class WallClock {
  private readonly offset = offsetNs();
  private wasAsked = false;

  toMonotonicNs(wallNs: number): number {
    this.wasAsked = true;
    return wallNs - this.offset;
  }

  /** Since 1970. */
  toWallNs(atNs: number): bigint {
    return BigInt(Math.round(atNs + this.offset));
  }

  /** By how much somebody has set the wall clock since, ns; 0 where nobody went by it. */
  driftNs(): number {
    return this.wasAsked ? offsetNs() - this.offset : 0;
  }
}
