/**
 * Scale: a latency's place between the bottom (0) and the top (1) of a plot, with round numbers to
 * name.
 */

export interface Scale {
  /** Clamped to [0, 1]. */
  at(value: number): number;
  /** Round values, those that matter most first. */
  readonly ticks: readonly number[];
}

/** From here on a linear axis would press the small values onto the bottom. */
const LOGARITHMIC_RATIO = 12;
/** From here on there is room for the powers of ten only. */
const DECADES_RATIO = 1000;
const STEPS = [1, 2, 5] as const;
const LINEAR_TICKS = 4;

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

/** One of `steps` times a power of ten: the nearest at or above `value`. */
function roundUp(value: number, steps: readonly number[]): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = steps.find((candidate) => candidate * decade >= value * (1 - 1e-9));
  return (step ?? 10) * decade;
}

function roundDown(value: number, steps: readonly number[]): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = [...steps].reverse().find((candidate) => candidate * decade <= value * (1 + 1e-9));
  return (step ?? 1) * decade;
}

function linear(high: number): Scale {
  const step = roundUp(high / LINEAR_TICKS, STEPS);
  const steps = Math.ceil(high / step - 1e-9);
  const top = steps * step;
  const ticks = Array.from({ length: steps + 1 }, (_, n) => n * step);
  return { at: (value) => clamp(value / top), ticks: [0, top, ...ticks.slice(1, -1)] };
}

function logarithmic(low: number, high: number): Scale {
  const steps: readonly number[] = high / low > DECADES_RATIO ? [1] : STEPS;
  const bottom = roundDown(low, steps);
  const top = roundUp(high, steps);
  const span = Math.log(top / bottom);
  const first = Math.floor(Math.log10(bottom));
  const decades = Math.ceil(Math.log10(top)) - first + 1;
  const inside = steps
    .flatMap((step) => Array.from({ length: decades }, (_, n) => step * 10 ** (first + n)))
    .filter((tick) => tick >= bottom * 0.999 && tick <= top * 1.001);
  return {
    at: (value) => (value <= bottom ? 0 : clamp(Math.log(value / bottom) / span)),
    ticks: inside,
  };
}

/** For values in [low, high], both above zero. */
export function scaleFor(low: number, high: number): Scale {
  return high / low > LOGARITHMIC_RATIO ? logarithmic(low, high) : linear(high);
}
