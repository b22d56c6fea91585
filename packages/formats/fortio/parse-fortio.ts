/**
 * The text of fortio's result in JSON → what it says. Those of fortio 1.68 and 1.75, of its older
 * ones, and those that Nighthawk writes: there numbers of 64 bits are texts. Keys that are not
 * known are passed over, and so are those that may hold secrets (UserCredentials, Payload).
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { parseJsonText } from "../reading/json-text.ts";
import { Place } from "../reading/place.ts";
import { readTimestamp, timestampText } from "../reading/time-text.ts";

const FORMAT = "fortio JSON";

/** What rounding may do to a mean. */
const SLACK = 1e-6;

/** In the unit of what was measured: seconds, or bytes. */
export interface FortioBucket {
  readonly start: number;
  readonly end: number;
  /** Of all, up to its end. */
  readonly percent: number;
  readonly count: number;
}

export interface FortioHistogram {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly avg: number;
  readonly stdDev: number;
  /** Rising; empty where there are none, or where nobody has kept them. */
  readonly data: readonly FortioBucket[];
  /** As fortio reckons them, linearly within a bucket. */
  readonly percentiles: readonly { readonly percentile: number; readonly value: number }[];
}

export interface FortioResult {
  readonly runType: string;
  readonly labels: string;
  /** In UTC. */
  readonly startTime: string | null;
  /** `max`, or a number in digits. */
  readonly requestedQps: string;
  /** `5s`, `exactly 10 calls`, `until stop`, or nothing. */
  readonly requestedDuration: string;
  readonly actualQps: number;
  readonly actualDurationNs: number;
  readonly numThreads: number;
  readonly version: string | null;
  /** Seconds, over all calls, whatever came of them. */
  readonly durations: FortioHistogram;
  /** Of those that failed or were answered otherwise than wanted; older ones have none. */
  readonly errorDurations: FortioHistogram | null;
  readonly exactly: number | null;
  readonly jitter: boolean | null;
  readonly uniform: boolean | null;
  readonly noCatchUp: boolean | null;
  readonly runId: number | null;
  readonly id: string | null;
  /** By status, or by the words of the runner: `SERVING`, `OK`; −1 where nothing came. */
  readonly retCodes: Readonly<Record<string, number>>;
  /** Of HTTP; else the address. */
  readonly url: string;
  /** Connections by address. */
  readonly ipCounts: Readonly<Record<string, number>> | null;
  readonly sizes: FortioHistogram | null;
  readonly headerSizes: FortioHistogram | null;
  readonly socketCount: number | null;
  /** Seconds; the warm-up's are among them. */
  readonly connectionTimes: FortioHistogram | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
}

/** A whole number, or one in quotes. */
function count(place: Place): number {
  const { value } = place;
  if (typeof value !== "string") return place.count();
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : place.refuse("a whole number");
}

function readBucket(place: Place, before: number): FortioBucket {
  const start = place.member("Start").number();
  const end = place.member("End").number();
  if (start < before) place.member("Start").blame(`the bucket before ends at ${before}, later`);
  if (end < start) place.member("End").blame(`the bucket begins at ${start}, later`);
  const percent = place.member("Percent").atLeastZero();
  return { start, end, percent, count: count(place.member("Count")) };
}

function readBuckets(place: Place): FortioBucket[] {
  const buckets: FortioBucket[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const item of place.isAbsent ? [] : place.items()) {
    const bucket = readBucket(item, before);
    before = bucket.end;
    buckets.push(bucket);
  }
  return buckets;
}

function readHistogram(place: Place): FortioHistogram {
  const number = (key: string) => place.member(key).number();
  const data = readBuckets(place.member("Data"));
  const total = count(place.member("Count"));
  const held = data.reduce((sum, bucket) => sum + bucket.count, 0);
  if (data.length > 0 && held !== total) {
    place.member("Count").blame(`its buckets hold ${held}, and it says ${total}`);
  }
  const [min, max] = [number("Min"), number("Max")];
  if (max < min) place.member("Max").blame(`the least is ${min}, which is more`);
  const [avg, stdDev] = [number("Avg"), place.member("StdDev").atLeastZero()];
  const slack = SLACK * (Math.abs(min) + Math.abs(max));
  if (avg < min - slack || avg > max + slack) {
    place.member("Avg").blame(`between ${min} and ${max} it would have to lie, found ${avg}`);
  }
  if (stdDev > max - min + slack) {
    place.member("StdDev").blame(`at most ${max - min} it can be, found ${stdDev}`);
  }
  const percentiles = place.member("Percentiles").optional((list) => list.items()) ?? [];
  return {
    count: total,
    min,
    max,
    ...{ sum: number("Sum"), avg, stdDev },
    data,
    percentiles: percentiles.map((item) => ({
      percentile: item.member("Percentile").atLeastZero(),
      value: item.member("Value").number(),
    })),
  };
}

function counts(place: Place): Record<string, number> {
  return Object.fromEntries(place.members().map(([key, value]) => [key, count(value)]));
}

function refuseFailure(root: Place): void {
  if (root.member("error").value !== true) return;
  const said = ["message", "exception"].map((key) => root.member(key).value);
  const words = said.filter((word) => typeof word === "string" && word !== "").join(": ");
  throw new NightjarError("file", `${FORMAT}: fortio has measured nothing: ${words || "an error"}`);
}

/** Numbers in Nighthawk's, texts in fortio's. */
function readRate(place: Place): string {
  if (typeof place.value === "number") return String(place.atLeastZero());
  return place.optional((value) => value.text()) ?? "";
}

function readWanted(root: Place) {
  const flag = (key: string) => root.member(key).optional((place) => place.flag());
  return {
    requestedQps: readRate(root.member("RequestedQPS")),
    requestedDuration: root.member("RequestedDuration").optional((place) => place.text()) ?? "",
    exactly: root.member("Exactly").optional(count),
    jitter: flag("Jitter"),
    uniform: flag("Uniform"),
    noCatchUp: flag("NoCatchUp"),
  };
}

function readTraffic(root: Place) {
  const histogram = (key: string) => root.member(key).optional(readHistogram);
  const number = (key: string) => root.member(key).optional(count);
  return {
    retCodes: root.member("RetCodes").optional(counts) ?? {},
    ipCounts: root.member("IPCountMap").optional(counts),
    sizes: histogram("Sizes"),
    headerSizes: histogram("HeaderSizes"),
    socketCount: number("SocketCount"),
    connectionTimes: histogram("ConnectionStats"),
    bytesSent: number("BytesSent"),
    bytesReceived: number("BytesReceived"),
  };
}

/** Throws `file` with the place of the first thing that is wrong. */
export function parseFortio(text: string): FortioResult {
  const root = new Place(parseJsonText(text, FORMAT), FORMAT);
  refuseFailure(root);
  const word = (key: string) => root.member(key).optional((place) => place.text());
  return {
    runType: word("RunType") ?? "",
    labels: word("Labels") ?? "",
    startTime: root.member("StartTime").optional((at) => timestampText(readTimestamp(at))),
    ...readWanted(root),
    actualQps: root.member("ActualQPS").atLeastZero(),
    actualDurationNs: root.member("ActualDuration").atLeastZero(),
    numThreads: root.member("NumThreads").count(),
    version: word("Version"),
    durations: readHistogram(root.member("DurationHistogram")),
    errorDurations: root.member("ErrorsDurationHistogram").optional(readHistogram),
    runId: root.member("RunID").optional((place) => place.number()),
    id: word("ID"),
    url: word("URL") ?? word("Destination") ?? "",
    ...readTraffic(root),
  };
}
