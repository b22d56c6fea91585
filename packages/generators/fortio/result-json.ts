/** The result of `fortio load -json`, as far as it is used here; defensively, key by key. */
import type { Bucket } from "../run/bucket-histogram.ts";

const SECOND_NS = 1e9;

export interface FortioHistogram {
  readonly count: number;
  readonly minNs: number;
  readonly maxNs: number;
  readonly meanNs: number;
  readonly stddevNs: number;
  /** Ascending. */
  readonly buckets: readonly Bucket[];
}

export interface FortioResult {
  readonly durations: FortioHistogram;
  readonly errorDurations: FortioHistogram;
  /** −1: failed. */
  readonly codes: Readonly<Record<string, number>>;
  readonly sockets: number | undefined;
  readonly actualNs: number;
}

/** What is wrong with it, instead of the result. */
export type FortioFault = { readonly fault: string };

export function readFortioResult(text: string): FortioResult | FortioFault {
  if (text.trim() === "") return { fault: "fortio wrote no result" };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { fault: "what fortio wrote is no whole JSON document" };
  }
  const result = objectAt(json);
  if (result?.error === true) {
    const said = [result.message, result.exception].filter((part) => typeof part === "string");
    return { fault: `fortio gave up: ${said.join(": ")}` };
  }
  const durations = histogramAt(result?.DurationHistogram);
  const codes = codesAt(result?.RetCodes);
  if (durations === undefined || codes === undefined) {
    return { fault: "fortio's result has no DurationHistogram or no RetCodes as we know them" };
  }
  return {
    durations,
    codes,
    errorDurations: histogramAt(result?.ErrorsDurationHistogram) ?? NOTHING,
    sockets: countAt(result?.SocketCount),
    actualNs: amountAt(result?.ActualDuration) ?? 0,
  };
}

const NOTHING: FortioHistogram = {
  ...{ count: 0, minNs: 0, maxNs: 0, meanNs: 0, stddevNs: 0 },
  buckets: [],
};

function objectAt(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

function amountAt(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function countAt(value: unknown): number | undefined {
  const amount = amountAt(value);
  return amount !== undefined && Number.isSafeInteger(amount) ? amount : undefined;
}

function codesAt(value: unknown): Record<string, number> | undefined {
  const codes = objectAt(value);
  if (codes === undefined) return undefined;
  const entries = Object.entries(codes).map(([code, count]) => [code, countAt(count)] as const);
  if (entries.some(([, count]) => count === undefined)) return undefined;
  return Object.fromEntries(entries) as Record<string, number>;
}

function histogramAt(value: unknown): FortioHistogram | undefined {
  const histogram = objectAt(value);
  const count = countAt(histogram?.Count);
  if (histogram === undefined || count === undefined) return undefined;
  if (count === 0) return NOTHING;
  const [minNs, maxNs, meanNs, stddevNs] = ["Min", "Max", "Avg", "StdDev"].map((key) => {
    const seconds = amountAt(histogram[key]);
    return seconds === undefined ? undefined : seconds * SECOND_NS;
  });
  const buckets = bucketsAt(histogram.Data, count);
  if (minNs === undefined || maxNs === undefined || meanNs === undefined) return undefined;
  if (stddevNs === undefined || buckets === undefined) return undefined;
  return { count, minNs, maxNs, meanNs, stddevNs, buckets };
}

/** `undefined` where they are not all of the `total`. */
function bucketsAt(value: unknown, total: number): Bucket[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const buckets: Bucket[] = [];
  for (const row of value.map(objectAt)) {
    const [start, end] = [amountAt(row?.Start), amountAt(row?.End)];
    const count = countAt(row?.Count);
    if (start === undefined || end === undefined || count === undefined) return undefined;
    buckets.push({ lowerNs: start * SECOND_NS, upperNs: end * SECOND_NS, count });
  }
  const sum = buckets.reduce((so, { count }) => so + count, 0);
  return sum === total ? buckets : undefined;
}
