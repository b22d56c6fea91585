/** What our script has wrk write at its end. */

export interface WrkLatencies {
  readonly durationUs: number;
  /** Answered. */
  readonly requests: number;
  readonly bytes: number;
  readonly connectErrors: number;
  readonly readErrors: number;
  readonly writeErrors: number;
  /** Of the answers: with a status above 399. */
  readonly statusErrors: number;
  /** Of the answers: later than `-T`, and in no count below. */
  readonly timeouts: number;
  /** Microseconds → how many, rising; as wrk prints them, with those that it has filled in. */
  readonly counts: ReadonlyMap<number, number>;
}

/** `undefined`: it is not whole, or none of ours. */
export function parseWrkLatencies(text: string): WrkLatencies | undefined {
  const lines = text.split("\n");
  const [word, ...numbers] = lines[0].split(" ");
  const summary = numbers.map(count);
  if (word !== "summary" || summary.length !== 8 || lines.at(-2) !== "end") return undefined;
  const counts = new Map<number, number>();
  for (const line of lines.slice(1, -2)) {
    const [value, times, ...rest] = line.split(" ").map(count);
    if (times === undefined || value === undefined || rest.length > 0) return undefined;
    counts.set(value, times);
  }
  if (summary.some((number) => number === undefined)) return undefined;
  const [durationUs, requests, bytes, connectErrors, readErrors, writeErrors, ...last] =
    summary as number[];
  const [statusErrors, timeouts] = last;
  return {
    ...{ durationUs, requests, bytes, connectErrors, readErrors, writeErrors },
    ...{ statusErrors, timeouts, counts },
  };
}

function count(text: string): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
