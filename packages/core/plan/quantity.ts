/**
 * Durations, rates and shares as people write them: `1m30s`, `500/s`, `30/m`. Integers of
 * nanoseconds inside.
 */
import { NightjarError } from "../errors.ts";

const NS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;
/** The whole grammar of a duration, published in the JSON Schema. */
export const DURATION_PATTERN = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;
export const RATE_PATTERN = /^(max|\d+(\.\d+)?(\/(s|m|h))?)$/;

export const SECOND_NS = 1e9;
export const MILLISECOND_NS = 1e6;

/** Nanoseconds (an integer). Throws `bad-usage` for anything but the grammar. */
export function parseDurationNs(text: string): number {
  if (!DURATION_PATTERN.test(text)) {
    throw new NightjarError(
      "bad-usage",
      `"${text}" is not a duration`,
      "write a number with a unit: 500ms, 10s, 1m30s (units: ns, us, ms, s, m, h)",
    );
  }
  let totalNs = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) {
    totalNs += Number(amount) * NS_PER_UNIT[unit];
  }
  return Math.round(totalNs);
}

/**
 * The shortest exact spelling: 90e9 → `1m30s`. Inverse of `parseDurationNs` for whole nanoseconds.
 */
export function formatDuration(durationNs: number): string {
  if (durationNs === 0) return "0s";
  if (durationNs % SECOND_NS === 0) return formatWholeSeconds(durationNs / SECOND_NS);
  for (const unit of ["ms", "us"]) {
    if (durationNs % NS_PER_UNIT[unit] === 0) return `${durationNs / NS_PER_UNIT[unit]}${unit}`;
  }
  return `${durationNs}ns`;
}

function formatWholeSeconds(totalS: number): string {
  const hours = Math.floor(totalS / 3600);
  const minutes = Math.floor((totalS % 3600) / 60);
  const seconds = totalS % 60;
  const parts = [hours && `${hours}h`, minutes && `${minutes}m`, seconds && `${seconds}s`];
  return parts.filter((part) => part !== 0).join("");
}

/** Per second, or `max`. `30/m` is 0.5. Throws `bad-usage`. */
export function parseRate(text: string): number | "max" {
  if (!RATE_PATTERN.test(text)) {
    throw new NightjarError(
      "bad-usage",
      `"${text}" is not a rate`,
      "write 2000 (per second), 500/s, 30/m, 10/h, or max",
    );
  }
  if (text === "max") return "max";
  const [amount, unit] = text.split("/");
  return Number(amount) / SECONDS_PER_UNIT[unit ?? "s"];
}
