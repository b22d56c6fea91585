/** Durations and times as proto3 JSON has them, to the nanosecond; times are those of RFC 3339. */
import type { Place } from "./place.ts";

const SECOND = 1_000_000_000n;
/** Ten thousand years, by the definition of Duration. */
const MAX_DURATION_S = 315_576_000_000n;
/** The years 1 to 9999, by the definition of Timestamp. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)$/;

function nanoseconds(fraction: string | undefined): bigint {
  return BigInt((fraction ?? "").padEnd(9, "0"));
}

/** None, three, six or nine digits behind the point. */
function fractionText(ns: bigint): string {
  if (ns === 0n) return "";
  const digits = String(ns).padStart(9, "0");
  return `.${digits.replace(/(?:000){1,2}$/, "")}`;
}

/** `"1.5s"` → nanoseconds. */
export function readDuration(place: Place): bigint {
  const found = typeof place.value === "string" ? DURATION.exec(place.value) : null;
  if (found === null) return place.refuse('a duration like "1.5s"');
  const [, sign, seconds, fraction] = found;
  if (BigInt(seconds) > MAX_DURATION_S) return place.refuse("a duration up to 10,000 years");
  const ns = BigInt(seconds) * SECOND + nanoseconds(fraction);
  return sign === "-" ? -ns : ns;
}

export function durationText(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  return `${ns < 0n ? "-" : ""}${size / SECOND}${fractionText(size % SECOND)}s`;
}

/** RFC 3339 → nanoseconds since the epoch. */
export function readTimestamp(place: Place): bigint {
  const wanted = 'a time like "2026-03-14T09:26:53.589Z"';
  const found = typeof place.value === "string" ? TIMESTAMP.exec(place.value) : null;
  if (found === null) return place.refuse(wanted);
  const [, toSecond, fraction, zone] = found;
  const milliseconds = Date.parse(`${toSecond}${zone}`);
  // `Date.parse` takes the 31st of February for the 3rd of March.
  const day = Date.parse(`${toSecond}Z`);
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().slice(0, 19) === toSecond;
  if (!isDay || !(milliseconds >= FIRST_MS && milliseconds <= LAST_MS)) return place.refuse(wanted);
  return BigInt(milliseconds) * 1_000_000n + nanoseconds(fraction);
}

export function timestampText(ns: bigint): string {
  const rest = ((ns % SECOND) + SECOND) % SECOND;
  const seconds = (ns - rest) / SECOND;
  const toSecond = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${toSecond}${fractionText(rest)}Z`;
}
