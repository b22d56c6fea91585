/** Numbers as axes and hints say them. A value has three digits, a tick those that it needs. */

const SIGNIFICANT = 3;
const COMPACT_FROM = 10_000;

interface Unit {
  readonly name: string;
  /** How many of the base unit it is. */
  readonly size: number;
}

const LATENCY_UNITS: readonly Unit[] = [
  { name: "ns", size: 1e-6 },
  { name: "µs", size: 1e-3 },
  { name: "ms", size: 1 },
  { name: "s", size: 1e3 },
];

/** Without the digits that binary fractions bring: 0.1 + 0.2 → `0.3`. */
function plain(value: number): string {
  const [whole, fraction] = String(Number(value.toPrecision(12))).split(".");
  const grouped = /^\d+$/.test(whole) ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The largest unit of which there is at least one. */
function unitOf(ms: number): Unit {
  return LATENCY_UNITS.findLast(({ size }) => ms >= size * (1 - 1e-9)) ?? LATENCY_UNITS[0];
}

/** Of an axis that ends at `topMs`: all ticks in one unit. */
export function latencyTick(ms: number, topMs: number): string {
  if (ms === 0) return "0";
  const { name, size } = unitOf(topMs);
  return `${plain(ms / size)} ${name}`;
}

/** Each in the unit that suits it: 0.00132 → `1.32 µs`. */
export function latencyText(ms: number): string {
  if (ms === 0) return "0 ms";
  const rounded = Number(ms.toPrecision(SIGNIFICANT));
  const { name, size } = unitOf(rounded);
  return `${plain(Number((rounded / size).toPrecision(SIGNIFICANT)))} ${name}`;
}

/** `2,000`; `20k` and `1.5M` on an axis that goes further. */
export function countTick(n: number, top: number): string {
  if (n === 0 || top < COMPACT_FROM) return plain(n);
  return top < 1e7 ? `${plain(n / 1e3)}k` : `${plain(n / 1e6)}M`;
}

/** `1,998`, `12.3`, `0.125`. */
export function countText(n: number): string {
  return plain(n >= 100 ? Math.round(n) : Number(n.toPrecision(SIGNIFICANT)));
}

/** Seconds after the start, of an axis that spans `spanS`. */
export function timeTick(s: number, spanS: number): string {
  if (s === 0) return "0";
  const { name, size } = timeUnit(spanS);
  return `${plain(s / size)} ${name}`;
}

export function timeUnit(spanS: number): Unit {
  if (spanS <= 300) return { name: "s", size: 1 };
  if (spanS <= 7200) return { name: "min", size: 60 };
  return spanS <= 3 * 86_400 ? { name: "h", size: 3600 } : { name: "d", size: 86_400 };
}

/** `min`, `p50`, `p99.9` of x = log10(1/(1−q)), with the digits that tell it from others. */
export function percentileText(nines: number): string {
  if (nines === 0) return "min";
  const percent = 100 * (1 - 10 ** -nines);
  const decimals = Math.max(0, Math.ceil(nines) - 1);
  return `p${Number(percent.toFixed(Math.min(decimals, 9)))}`;
}
