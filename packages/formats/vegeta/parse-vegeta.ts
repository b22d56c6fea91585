/** The text of `vegeta report -type=json` (12.13) → what it says. Other keys are passed over. */
import { parseJsonText } from "../reading/json-text.ts";
import { Place } from "../reading/place.ts";
import { readTimestamp, timestampText } from "../reading/time-text.ts";

const FORMAT = "vegeta JSON";

/** Nanoseconds. */
export interface VegetaLatencies {
  readonly total: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** By name: `50`, `90`, `95`, `99`; estimates of a t-digest. */
  readonly percentiles: Readonly<Record<string, number>>;
}

/** From this on, up to where the next begins; the last has no end. */
export interface VegetaBucket {
  readonly fromNs: number;
  readonly count: number;
}

export interface VegetaBytes {
  readonly total: number;
  readonly mean: number;
}

export interface VegetaReport {
  readonly latencies: VegetaLatencies;
  /** Rising; `null`: none were asked for. */
  readonly buckets: readonly VegetaBucket[] | null;
  readonly bytesIn: VegetaBytes;
  readonly bytesOut: VegetaBytes;
  /** When the first was sent, in UTC; `null`: none was. */
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly end: string | null;
  /** Nanoseconds from the first sending to the last, and from there to the last answer. */
  readonly durationNs: number;
  readonly waitNs: number;
  readonly requests: number;
  readonly rate: number;
  readonly throughput: number;
  /** Share of answers from 200 to 399. */
  readonly success: number;
  /** 0 is of those that got no answer. */
  readonly statusCodes: Readonly<Record<string, number>>;
  /** Each once, without a count. */
  readonly errors: readonly string[];
}

const PERCENTILES = ["50", "90", "95", "99"] as const;

function readLatencies(place: Place): VegetaLatencies {
  const number = (key: string) => place.member(key).atLeastZero();
  const [min, max] = [number("min"), number("max")];
  if (max < min) place.member("max").blame(`the least is ${min}, which is more`);
  return {
    ...{ total: number("total"), mean: number("mean"), min, max },
    percentiles: Object.fromEntries(PERCENTILES.map((name) => [name, number(`${name}th`)])),
  };
}

function readBuckets(place: Place): VegetaBucket[] {
  const buckets = place.members().map(([edge, value]) => {
    if (!/^\d{1,19}$/.test(edge)) value.blame("its name is to be a number of nanoseconds");
    return { fromNs: Number(edge), count: value.count() };
  });
  return buckets.sort((a, b) => a.fromNs - b.fromNs);
}

function readBytes(place: Place): VegetaBytes {
  return { total: place.member("total").count(), mean: place.member("mean").atLeastZero() };
}

/** Go's zero time: nothing was sent. */
function readTime(place: Place): string | null {
  const text = timestampText(readTimestamp(place));
  return text.startsWith("0001-") ? null : text;
}

function readStatusCodes(place: Place): Record<string, number> {
  const entries = place.members().map(([code, value]) => {
    if (!/^\d{1,3}$/.test(code)) value.blame("its name is to be a status");
    return [code, value.count()] as const;
  });
  return Object.fromEntries(entries);
}

function checkSums(root: Place, report: VegetaReport): void {
  const sum = (counts: readonly number[]) => counts.reduce((total, n) => total + n, 0);
  const answered = sum(Object.values(report.statusCodes));
  if (answered !== report.requests) {
    root.member("requests").blame(`status_codes hold ${answered}, and it says ${report.requests}`);
  }
  const held = sum((report.buckets ?? []).map(({ count }) => count));
  if (report.buckets !== null && held !== report.requests) {
    root.member("buckets").blame(`they hold ${held}, and requests says ${report.requests}`);
  }
}

/** Throws `file` with the place of the first thing that is wrong. */
export function parseVegeta(text: string): VegetaReport {
  const root = new Place(parseJsonText(text, FORMAT), FORMAT);
  const number = (key: string) => root.member(key).atLeastZero();
  const report = {
    latencies: readLatencies(root.member("latencies")),
    buckets: root.member("buckets").optional(readBuckets),
    ...{
      bytesIn: readBytes(root.member("bytes_in")),
      bytesOut: readBytes(root.member("bytes_out")),
    },
    earliest: readTime(root.member("earliest")),
    latest: readTime(root.member("latest")),
    end: readTime(root.member("end")),
    ...{ durationNs: number("duration"), waitNs: number("wait") },
    requests: root.member("requests").count(),
    ...{ rate: number("rate"), throughput: number("throughput"), success: number("success") },
    statusCodes: readStatusCodes(root.member("status_codes")),
    errors: (root.member("errors").optional((list) => list.items()) ?? []).map((one) => one.text()),
  };
  checkSums(root, report);
  return report;
}
