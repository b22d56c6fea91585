/** Durations and instants of the wire: seconds and nanoseconds. */
import { create } from "@bufbuild/protobuf";
import {
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { refuseOption } from "./option-refusal.ts";

const SECOND_NS = 1_000_000_000n;
/** Beyond this a count of nanoseconds is no whole number any more. */
const MOST_S = 9_007_199n;

/** Whole nanoseconds, at least 0. Throws `bad-plan`. */
export function durationNs(name: string, { seconds, nanos }: Duration): number {
  if (seconds < 0n || nanos < 0 || nanos >= 1e9) {
    refuseOption(name, `not a duration from 0 s on: ${seconds} s and ${nanos} ns`);
  }
  if (seconds >= MOST_S) refuseOption(name, `less than ${MOST_S} s, found ${seconds} s`);
  return Number(seconds * SECOND_NS) + nanos;
}

/** `ns`: rounded to whole ones. */
export function durationOf(ns: number): Duration {
  const whole = BigInt(Math.round(ns));
  return create(DurationSchema, {
    seconds: whole / SECOND_NS,
    nanos: Number(whole % SECOND_NS),
  });
}

/** Since 1970. */
export function timestampOf(wallNs: bigint): Timestamp {
  return create(TimestampSchema, {
    seconds: wallNs / SECOND_NS,
    nanos: Number(wallNs % SECOND_NS),
  });
}

/** Since 1970. */
export function wallNsOf({ seconds, nanos }: Timestamp): bigint {
  return seconds * SECOND_NS + BigInt(nanos);
}
