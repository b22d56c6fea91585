import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nanosecondsIn } from "./decimal.ts";
import { durationIn } from "./server-timing.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** With bytes around it that do not belong to it. */
function durationOf(text: string, metric: string | null): number {
  return durationIn(latin1(`9${text}9;dur=7`), 1, text.length + 1, metric);
}

describe("a decimal number", () => {
  const read = (text: string, unitNs = 1e6) => nanosecondsIn(latin1(text), 0, text.length, unitNs);

  test.each([
    ["0", 0],
    ["12", 12e6],
    ["12.5", 12.5e6],
    ["0.25", 250_000],
    ["007", 7e6],
    ["0.0000001", 0],
    ["0.0000005", 1],
    ["0.1000000000000000000000000000001", 100_000],
    ["999999999999999", 999999999999999e6],
  ])("%s ms", (text, ns) => expect(read(text)).toBe(ns));

  test.each(["", ".", ".5", "5.", "1.2.3", "-1", "+1", "1e3", "12ms", " 12", "0x1", "1,5", "NaN"])(
    "%j is none",
    (text) => expect(read(text)).toBeNaN(),
  );

  test("nor is one of more digits than a float64 holds", () =>
    expect(read("1000000000000000")).toBeNaN());

  test("is what JavaScript makes of it, to a nanosecond or the last digit of a float64", () => {
    const text = fc
      .tuple(fc.nat(3_600_000), fc.stringMatching(/^(\.\d{1,20})?$/))
      .map(([whole, fraction]) => `${whole}${fraction}`);
    fc.assert(
      fc.property(text, fc.constantFrom(1, 1e3, 1e6, 1e9), (written, unitNs) => {
        const exact = Number(written) * unitNs;
        const error = Math.abs(read(written, unitNs) - exact);
        expect(error).toBeLessThanOrEqual(Math.max(0.51, exact * 1e-14));
      }),
    );
  });
});

describe("the dur of a metric", () => {
  const header = 'cache;desc="a, b;dur=1";dur="0.5", miss, db;dur=53.2, db;dur=9, Total ; DUR = 60';

  test.each([
    [null, 500_000],
    ["cache", 500_000],
    ["db", 53_200_000],
    ["Total", 60_000_000],
    ["miss", Number.NaN],
    ["total", Number.NaN],
    ["d", Number.NaN],
    ["desc", Number.NaN],
  ])("%p", (metric, ns) => expect(durationOf(header, metric)).toBe(ns));

  test.each([
    ["", Number.NaN],
    ["db", Number.NaN],
    ["db;dur", Number.NaN],
    ["db;dur=", Number.NaN],
    ["db;dur=x;dur=1", Number.NaN],
    ["db;dur=x, db;dur=1", 1e6],
    ["db;duration=5;dur=1", 1e6],
    ["db;dur=5;desc=x", 5e6],
    ['db;desc="\\"";dur=5', 5e6],
    ['db;desc="open;dur=5', Number.NaN],
    [",,db;dur=5", 5e6],
    [";dur=5", Number.NaN],
  ])("of db in %j", (text, ns) => expect(durationOf(text, "db")).toBe(ns));

  test("is found as a plain reader finds it", () => {
    const name = fc.constantFrom("db", "a", "cache");
    const value = fc.constantFrom("1", "2.5", "x", '"3"', '"a, b; c"', "");
    const parameter = fc
      .tuple(fc.constantFrom("dur", "Dur", "desc", "d"), value)
      .map(([key, each]) => `${key}=${each}`);
    const entry = fc
      .tuple(name, fc.array(parameter, { maxLength: 3 }), fc.constantFrom(";", " ; "))
      .map(([metric, parameters, between]) => [metric, ...parameters].join(between));
    const list = fc
      .tuple(fc.array(entry, { maxLength: 4 }), fc.constantFrom(",", " , "))
      .map(([entries, between]) => entries.join(between));
    fc.assert(
      fc.property(list, fc.option(name), (text, metric) => {
        expect(durationOf(text, metric)).toBe(plainly(text, metric));
      }),
      { numRuns: 500 },
    );
  });
});

/** By splitting the text outside of quotes. */
function plainly(text: string, metric: string | null): number {
  const split = (whole: string, separator: string) =>
    whole.split(new RegExp(`${separator}(?=(?:[^"]*"[^"]*")*[^"]*$)`)).map((part) => part.trim());
  for (const entry of split(text, ",")) {
    const [name, ...parameters] = split(entry, ";");
    if (metric !== null && name !== metric) continue;
    const dur = parameters.find((parameter) => /^dur\s*=/i.test(parameter));
    const number = /^dur\s*=\s*"?(\d+(?:\.\d+)?)"?$/i.exec(dur ?? "");
    if (number) return Number(number[1]) * 1e6;
  }
  return Number.NaN;
}
