/** Numbers as people read them: three significant digits, thousands apart, the unit behind. */

/** Of a latency: what a histogram of three digits can stand for. */
const SIGNIFICANT = 3;
/** A millisecond has six decimals down to the nanosecond. */
const NANOSECOND_DECIMALS = 6;

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function groupedFixed(value: number, decimals: number): string {
  const [whole, fraction] = value.toFixed(decimals).split(".");
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

/** 1234567 → `1,234,567`. */
export function count(n: number): string {
  return groupedFixed(n, 0);
}

function decimalsFor(value: number, most: number): number {
  if (value === 0) return 0;
  const rounded = Number(value.toPrecision(SIGNIFICANT));
  const decimals = SIGNIFICANT - 1 - Math.floor(Math.log10(rounded));
  return Math.min(Math.max(decimals, 0), most);
}

/** Milliseconds without their unit: 1.21, 0.000812, 120,000. */
export function milliseconds(ms: number): string {
  return groupedFixed(ms, decimalsFor(ms, NANOSECOND_DECIMALS));
}

/** 1998.4 → `1,998/s`; 0.5 → `0.5/s`. */
export function rate(perS: number): string {
  if (perS >= 100) return `${count(perS)}/s`;
  return `${Number(perS.toPrecision(SIGNIFICANT))}/s`;
}

/** A part as a percentage, which says 0 and 100 only where nothing or everything is meant. */
export function percent(part: number): string {
  return `${percentDigits(part * 100)} %`;
}

function percentDigits(value: number): string {
  if (value >= 100 || value <= 0) return count(value);
  const rest = Math.min(value, 100 - value);
  if (rest >= 1) return String(Number(value.toPrecision(SIGNIFICANT)));
  const decimals = Math.min(1 - Math.floor(Math.log10(rest)), NANOSECOND_DECIMALS);
  const digits = value.toFixed(decimals);
  return digits === "0.000000" || Number(digits) === 100 ? digits : String(Number(digits));
}

/** 90.5 → `90.5 s`; for what no plan has spelled. */
export function seconds(s: number): string {
  return `${groupedFixed(s, Math.min(decimalsFor(s, 3), 1))} s`;
}

/** In a run, after its start: `574 ms`, `2.0 s`. */
export function instant(atS: number): string {
  return atS < 1 ? `${count(atS * 1000)} ms` : seconds(atS);
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units: 1500 → `1.5 kB`. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  for (; value >= 999.5 && unit < BYTE_UNITS.length - 1; unit++) value /= 1000;
  return `${Number(value.toPrecision(SIGNIFICANT))} ${BYTE_UNITS[unit]}`;
}

/** `1 request`, `2 requests`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}
