import { expect, test } from "bun:test";
import { choose, drawDurationNs, Purpose, uniform } from "./draw.ts";

const DRAWS = 100_000;

function draws(seed: number, purpose: Purpose): number[] {
  return Array.from({ length: DRAWS }, (_, index) => uniform(seed, index, purpose));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test("a draw depends on seed, index and purpose, and on nothing else", () => {
  const draw = uniform(7, 2 ** 40 + 5, Purpose.delay);
  expect(uniform(7, 2 ** 40 + 5, Purpose.delay)).toBe(draw);
  expect(uniform(8, 2 ** 40 + 5, Purpose.delay)).not.toBe(draw);
  expect(uniform(7, 2 ** 41 + 5, Purpose.delay)).not.toBe(draw);
  expect(uniform(7, 2 ** 40 + 5, Purpose.status)).not.toBe(draw);
});

test("draws are uniform, neighbours and purposes uncorrelated", () => {
  const delays = draws(1, Purpose.delay);
  const services = draws(1, Purpose.service);
  const centred = (product: number[]) => mean(product) * 12;
  expect(mean(delays)).toBeCloseTo(0.5, 2);
  expect(mean(delays.map((u) => u * u))).toBeCloseTo(1 / 3, 2);
  const neighbours = delays.slice(1).map((u, k) => (u - 0.5) * (delays[k] - 0.5));
  const purposes = delays.map((u, k) => (u - 0.5) * (services[k] - 0.5));
  expect(Math.abs(centred(neighbours))).toBeLessThan(0.015);
  expect(Math.abs(centred(purposes))).toBeLessThan(0.015);
});

test("exponential durations have the mean and the standard deviation of their name", () => {
  const duration = { kind: "exponential", meanNs: 2e6 } as const;
  const values = draws(3, Purpose.service).map((u) => drawDurationNs(duration, u));
  const average = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
  expect(average / 2e6).toBeCloseTo(1, 1);
  expect(deviation / 2e6).toBeCloseTo(1, 1);
  expect(values.every(Number.isInteger)).toBe(true);
});

test("chances follow their percentages", () => {
  const chances = [
    { value: 503, below: 0.01 },
    { value: 404, below: 0.06 },
  ];
  const statuses = draws(5, Purpose.status).map((u) => choose(chances, u, 200));
  const share = (status: number) => statuses.filter((s) => s === status).length / DRAWS;
  expect(share(503)).toBeCloseTo(0.01, 2);
  expect(share(404)).toBeCloseTo(0.05, 2);
});
