/** Numbers as wrk and wrk2 print them: two decimals and a unit. `nan` is `null`, for nothing. */

const TIME_NS: Readonly<Record<string, number>> = {
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const METRIC: Readonly<Record<string, number>> = {
  "": 1,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
};
const BINARY: Readonly<Record<string, number>> = {
  "": 1,
  ...{ K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 },
};

/** `undefined`: it is no such number. */
export type Read = number | null | undefined;

function read(text: string, units: Readonly<Record<string, number>>, suffix = ""): Read {
  const [, number, unit] = /^(-?nan|\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  if (number === undefined || !unit.endsWith(suffix)) return undefined;
  const factor = units[unit.slice(0, unit.length - suffix.length)];
  if (factor === undefined) return undefined;
  return number.endsWith("nan") ? null : Number(number) * factor;
}

/** `0.95ms` → nanoseconds. */
export function readTime(text: string): Read {
  const ns = read(text, TIME_NS);
  return typeof ns === "number" ? Math.round(ns) : ns;
}

/** `2.22k` */
export function readMetric(text: string): Read {
  return read(text, METRIC);
}

/** `385.82KB` → bytes, to the digits that are there. */
export function readBytes(text: string): Read {
  const bytes = read(text, BINARY, "B");
  return typeof bytes === "number" ? Math.round(bytes) : bytes;
}

/** `66.03%` → 66.03 */
export function readPercent(text: string): Read {
  return text.endsWith("%") ? read(text.slice(0, -1), { "": 1 }) : undefined;
}
