import { expect, test } from "bun:test";
import fc from "fast-check";
import { NightjarError } from "../errors.ts";
import { formatDuration, parseDurationNs, parseRate } from "./quantity.ts";

test.each([
  ["500ms", 5e8],
  ["1m30s", 90e9],
  ["1.5s", 15e8],
  ["0s", 0],
  ["3us", 3000],
  ["3µs", 3000],
  ["7ns", 7],
  ["2h0.5m", 7230e9],
  ["1.1s", 1_100_000_000],
])("%s is %d ns", (text, ns) => {
  expect(parseDurationNs(text)).toBe(ns);
});

test.each(["", "5", "s", "5 s", "-1s", "1s ", "1e3s", "1.s", ".5s", "5S", "1s,2s", "5m\n"])(
  "%j is no duration",
  (text) => {
    expect(() => parseDurationNs(text)).toThrow(NightjarError);
  },
);

test("formatting is the inverse of parsing", () => {
  const unit = fc.constantFrom(1, 1e3, 1e6, 1e9, 60e9, 3600e9);
  fc.assert(
    fc.property(fc.nat(100_000), unit, fc.nat(999), (n, ns, extra) => {
      for (const duration of [n * ns, n * ns + extra]) {
        expect(parseDurationNs(formatDuration(duration))).toBe(duration);
      }
    }),
  );
  expect([90e9, 1e6, 3600e9, 86_401e9].map(formatDuration)).toEqual([
    "1m30s",
    "1ms",
    "1h",
    "24h1s",
  ]);
});

test.each([
  ["2000", 2000],
  ["500/s", 500],
  ["30/m", 0.5],
  ["36/h", 0.01],
  ["0.5", 0.5],
  ["max", "max" as const],
])("%s is a rate of %p", (text, rate) => {
  expect(parseRate(text)).toBe(rate);
});

test.each(["", "fast", "10/d", "-1", "1e3", "10 /s", "MAX"])("%j is no rate", (text) => {
  expect(() => parseRate(text)).toThrow("is not a rate");
});
