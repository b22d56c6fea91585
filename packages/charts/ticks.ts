/**
 * Ticks: round values of an axis. A step is 1, 2 or 5 times a power of ten, or what clocks have;
 * ticks are whole multiples of it, computed as such, so that no rounding adds up along the axis.
 */
import { timeUnit } from "./spell.ts";

export interface Tick {
  readonly value: number;
  /** Has a label; else only a line. */
  readonly isMajor: boolean;
}

const STEPS = [1, 2, 5, 10] as const;
/** Steps that seconds, minutes and hours are counted in. */
const STEPS_OF_SIXTY = [1, 2, 5, 10, 15, 20, 30, 60] as const;
const STEPS_OF_HOURS = [1, 2, 3, 6, 12, 24] as const;
const EPSILON = 1e-9;

/** A power of ten, exact where there is one. */
function ten(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** The smallest round step of which at most `most` cover `span`, which is above zero. */
export function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = Math.floor(Math.log10(rough));
  const step = STEPS.find((candidate) => candidate * ten(power) >= rough * (1 - EPSILON)) ?? 10;
  return step === 10 ? ten(power + 1) : step * ten(power);
}

/** k·step without the error that a product by 0.1 has. */
function multiple(k: number, step: number): number {
  return step < 1 ? k / Math.round(1 / step) : k * step;
}

/** The multiples of `step` in [low, high]. */
function multiplesIn(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - EPSILON);
  const last = Math.floor(high / step + EPSILON);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => multiple(first + k, step));
}

export interface TickedDomain {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

/** A domain that holds [low, high] and begins and ends at a tick. */
export function linearDomain(low: number, high: number, most: number): TickedDomain {
  const step = niceStep(high - low, most);
  const bottom = multiple(Math.floor(low / step + EPSILON), step);
  const top = multiple(Math.ceil(high / step - EPSILON), step);
  const values = multiplesIn(bottom, top, step);
  const ticks = values.map((value) => ({ value, isMajor: true }));
  return { low: values[0], high: values[values.length - 1], ticks };
}

/** 1, 2 or 5 times a power of ten at or below. */
export function roundDown(value: number): number {
  const power = Math.floor(Math.log10(value));
  const step = [5, 2, 1].find((candidate) => candidate * ten(power) <= value * (1 + EPSILON));
  return (step ?? 1) * ten(power);
}

/** 1, 2 or 5 times a power of ten at or above. */
export function roundUp(value: number): number {
  const power = Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * ten(power) >= value * (1 - EPSILON)) ?? 10;
  return step === 10 ? ten(power + 1) : step * ten(power);
}

/**
 * As above, on a logarithmic axis; `low` is above zero. Where 1, 2 and 5 of each decade have room
 * they have labels, else powers of ten, each or each second, third … one from the bottom on.
 */
export function logDomain(low: number, high: number, most: number): TickedDomain {
  const isFine = Math.log10(roundUp(high) / roundDown(low)) * 3 <= most;
  const first = Math.floor(Math.log10(low) + EPSILON);
  const last = Math.ceil(Math.log10(high) - EPSILON);
  const bottom = isFine ? roundDown(low) : ten(first);
  const top = roundUp(high);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const powers = Array.from({ length: last - first + 1 }, (_, k) => k);
  const ticks = powers.flatMap((k) =>
    [1, 2, 5].map((step) => ({
      value: step * ten(first + k),
      isMajor: isFine || (step === 1 && k % every === 0),
    })),
  );
  const inside = ticks.filter(
    ({ value }) => value >= bottom * (1 - EPSILON) && value <= top * (1 + EPSILON),
  );
  return { low: bottom, high: top, ticks: inside };
}

function timeStep(spanS: number, most: number): number {
  const { name, size } = timeUnit(spanS);
  const rough = spanS / size / most;
  const steps: readonly number[] = name === "h" ? STEPS_OF_HOURS : STEPS_OF_SIXTY;
  const step = name === "d" ? undefined : steps.find((one) => one >= rough * (1 - EPSILON));
  if (name === "h" && rough <= 0.5) return size / 2;
  return (rough < 1 && name === "s" ? niceStep(rough, 1) : (step ?? niceStep(rough, 1))) * size;
}

/** Ticks of seconds within [low, high], which may begin and end anywhere. */
export function timeTicks(low: number, high: number, most: number): readonly Tick[] {
  const step = timeStep(high - low, most);
  return multiplesIn(low, high, step).map((value) => ({ value, isMajor: true }));
}
