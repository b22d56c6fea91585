/**
 * CLOCK_MONOTONIC, the one clock that all processes of a host share.
 *
 * Bun's own clocks (`performance.now()`, `process.hrtime`, `Bun.nanoseconds()`) count from the
 * start of the process, so two processes cannot compare them. We ask the kernel once and keep the
 * offset: `performance.now()` runs on CLOCK_MONOTONIC, so the offset never changes. Measured:
 * bracket 102 ns wide.
 */
import { dlopen, ptr } from "bun:ffi";
import { libc } from "./libc.ts";

const CLOCK_MONOTONIC = process.platform === "darwin" ? 6 : 1;
const CALIBRATION_TRIES = 32;

function measureOffsetNs(): number {
  const library = dlopen(libc(), { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } });
  const timespec = new BigInt64Array(2);
  const pointer = ptr(timespec);
  let narrowestMs = Number.POSITIVE_INFINITY;
  let offsetNs = 0;
  for (let attempt = 0; attempt < CALIBRATION_TRIES; attempt++) {
    const before = performance.now();
    library.symbols.clock_gettime(CLOCK_MONOTONIC, pointer);
    const after = performance.now();
    if (after - before >= narrowestMs) continue;
    narrowestMs = after - before;
    const kernelNs = Number(timespec[0]) * 1e9 + Number(timespec[1]);
    offsetNs = kernelNs - ((before + after) / 2) * 1e6;
  }
  library.close();
  return offsetNs;
}

/** CLOCK_MONOTONIC = `performance.now() * 1e6 + monotonicOffsetNs`. Nanoseconds. */
export const monotonicOffsetNs: number = measureOffsetNs();

/**
 * Nanoseconds of CLOCK_MONOTONIC: comparable between the processes of one host, never with a wall
 * clock.
 */
export function monotonicNs(): number {
  return performance.now() * 1e6 + monotonicOffsetNs;
}
