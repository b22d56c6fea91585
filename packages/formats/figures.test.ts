import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bytes, count, counted, milliseconds, percent, rate, seconds } from "./figures.ts";

function numberIn(text: string): number {
  return Number(text.replace(/[, %]/g, ""));
}

describe("figures", () => {
  test("milliseconds keep three significant digits, down to the nanosecond", () => {
    const cases: [number, string][] = [
      [0, "0"],
      [0.000001, "0.000001"],
      [0.000812, "0.000812"],
      [0.0012345, "0.00123"],
      [1.2, "1.20"],
      [9.999, "10.0"],
      [99.96, "100"],
      [123.4, "123"],
      [1234.5, "1,235"],
      [3_600_000, "3,600,000"],
    ];
    for (const [ms, text] of cases) expect(milliseconds(ms)).toBe(text);
  });

  test("milliseconds are within half of the third digit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000_000_000 }), (ns) => {
        const ms = ns / 1e6;
        expect(Math.abs(numberIn(milliseconds(ms)) - ms)).toBeLessThanOrEqual(ms * 0.005 + 1e-9);
      }),
    );
  });

  test("a percentage says 0 and 100 only of nothing and everything", () => {
    expect(percent(0)).toBe("0 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(0.011)).toBe("1.1 %");
    expect(percent(0.9977)).toBe("99.77 %");
    expect(percent(0.0000123)).toBe("0.0012 %");
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000_000 }), (n) => {
        expect(["0 %", "100 %"]).not.toContain(percent(1 / n));
        expect(["0 %", "100 %"]).not.toContain(percent(1 - 1 / n));
      }),
    );
  });

  test("rates, seconds, bytes and counts", () => {
    expect([rate(1998.4), rate(0.5), rate(12.34), rate(0)]).toEqual([
      "1,998/s",
      "0.5/s",
      "12.3/s",
      "0/s",
    ]);
    expect([seconds(12.34), seconds(90), seconds(0)]).toEqual(["12.3 s", "90.0 s", "0 s"]);
    expect([bytes(0), bytes(999), bytes(1500), bytes(999_600)]).toEqual([
      "0 B",
      "999 B",
      "1.5 kB",
      "1 MB",
    ]);
    expect([count(1234567), counted(1, "error"), counted(1200, "error")]).toEqual([
      "1,234,567",
      "1 error",
      "1,200 errors",
    ]);
  });
});
