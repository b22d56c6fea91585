/** Scalars of proto3 JSON → values, each by its kind. */

import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import type { Place } from "../reading/place.ts";
import { readDuration, readTimestamp } from "../reading/time-text.ts";
import type { EnumTable, Scalar, Wrapped } from "./fields.ts";

const WHOLE = /^-?\d{1,20}$/;
const MAX_UINT32 = 2n ** 32n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** What JSON has no number for stands in quotes. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** A number, or one in quotes, as proto3 JSON has both. */
function readWhole(place: Place, least: bigint, most: bigint): bigint {
  const { value } = place;
  const wanted = `a whole number from ${least} to ${most}`;
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return place.refuse(`${wanted}, in quotes where it is larger than 2^53,`);
  }
  const isWhole = typeof value === "string" ? WHOLE.test(value) : Number.isInteger(value);
  if (!isWhole) return place.refuse(wanted);
  const whole = BigInt(value as string | number);
  return whole >= least && whole <= most ? whole : place.refuse(wanted);
}

function readDouble(place: Place): number {
  const { value } = place;
  if (typeof value !== "string") return place.number();
  if (Object.hasOwn(WORDS, value)) return WORDS[value];
  const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : place.refuse("a number");
}

function readBytes(place: Place): string {
  return BASE64.test(place.text()) ? place.text() : place.refuse("base64");
}

function readUint32(place: Place): number {
  return Number(readWhole(place, 0n, MAX_UINT32));
}

function readUint64(place: Place): bigint {
  return readWhole(place, 0n, MAX_UINT64);
}

const text = (place: Place) => place.text();
const flag = (place: Place) => place.flag();

export const READ: Readonly<Record<Scalar | Wrapped, (place: Place) => unknown>> = {
  bool: flag,
  bytes: readBytes,
  double: readDouble,
  int64: (place) => readWhole(place, -MAX_INT64 - 1n, MAX_INT64),
  string: text,
  uint32: readUint32,
  uint64: readUint64,
  BoolValue: flag,
  StringValue: text,
  UInt32Value: readUint32,
  UInt64Value: readUint64,
  Duration: readDuration,
  Timestamp: readTimestamp,
};

/** Of what nobody has set. */
export const DEFAULTS: Readonly<Record<Scalar, unknown>> = {
  bool: false,
  bytes: "",
  double: 0,
  int64: 0n,
  string: "",
  uint32: 0,
  uint64: 0n,
};

/** By its name or its number; a number without a name is kept, as of a newer Nighthawk. */
export function readEnum(place: Place, { names }: EnumTable): string | number {
  const { value } = place;
  const all = Object.entries(names);
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    return all.find(([, number]) => number === value)?.[0] ?? value;
  }
  if (typeof value === "string" && Object.hasOwn(names, value)) return value;
  const allowed = all.map(([name]) => name);
  const near = typeof value === "string" ? didYouMean(value, allowed) : "";
  return place.refuse(`one of ${allowed.join(", ")}${near}`);
}

/** The name of the number 0. */
export function defaultOf({ names }: EnumTable): string {
  return Object.keys(names).find((name) => names[name] === 0)!;
}
