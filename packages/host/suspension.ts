/**
 * How long this machine has been suspended: CLOCK_MONOTONIC of Linux stands still meanwhile, so
 * that a run sees nothing of it but connections that have died. CLOCK_BOOTTIME goes on.
 */
import { dlopen } from "bun:ffi";
import { libc } from "./libc.ts";

const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;

const gettime =
  process.platform === "linux"
    ? dlopen(libc(), { clock_gettime: { args: ["i32", "ptr"], returns: "i32" } }).symbols
        .clock_gettime
    : undefined;

function readNs(read: NonNullable<typeof gettime>, clock: number): number | null {
  const timespec = new BigInt64Array(2);
  return read(clock, timespec) === 0 ? Number(timespec[0]) * 1e9 + Number(timespec[1]) : null;
}

/** Since the machine was started; `null` where nobody says. */
export function suspendedNs(): number | null {
  if (gettime === undefined) return null;
  const bootNs = readNs(gettime, CLOCK_BOOTTIME);
  const awakeNs = readNs(gettime, CLOCK_MONOTONIC);
  return bootNs === null || awakeNs === null ? null : bootNs - awakeNs;
}

/**
 * The returned function gives the milliseconds since then: whole ones, and they may be a few where
 * the process lost its CPU between two readings.
 */
export function watchSuspension(): () => number | null {
  const beforeNs = suspendedNs();
  return () => {
    const afterNs = suspendedNs();
    if (beforeNs === null || afterNs === null) return null;
    return Math.max(0, Math.round((afterNs - beforeNs) / 1e6));
  };
}
