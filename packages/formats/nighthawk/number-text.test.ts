import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { doubleText, fixed, general, shortest } from "./number-text.ts";

/** What printf says, and fmt of the fewest digits. */
describe("as C++ prints", () => {
  test.each([
    [0.998046875, "0.99804688"],
    [0.986328125, "0.98632812"],
    [0.99931640625, "0.99931641"],
    [0.5, "0.5"],
    [1, "1"],
    [123456789, "1.2345679e+08"],
    [0.00001234, "1.234e-05"],
    [0.0001, "0.0001"],
  ])("%p with eight digits", (value, text) => {
    expect(general(value, 8)).toBe(text);
  });

  test.each([
    [15.5, "15.5"],
    [780, "780"],
    [1e16, "1e+16"],
    [123456789012345680, "1.2345678901234568e+17"],
    [2 ** 53, "9007199254740992"],
    [0.00001, "1e-05"],
    [0.0001, "0.0001"],
    [-0, "-0"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%p with the fewest digits", (value, text) => {
    expect(shortest(value)).toBe(text);
  });

  test.each([
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [912.5, 0, "912"],
    [937.5, 0, "938"],
    [2.005, 2, "2.00"],
    [1e22, 2, "10000000000000000000000.00"],
    [0, 2, "0.00"],
    [Number.POSITIVE_INFINITY, 2, "inf"],
  ])("%p with %p decimals", (value, decimals, text) => {
    expect(fixed(value, decimals)).toBe(text);
  });

  test.each([
    [1.118033988749895, "1.1180339887498949"],
    [55.00000000000001, "55.000000000000007"],
    [0.053798911, "0.053798911"],
    [1e15, "1e+15"],
    [2000000429, "2000000429"],
  ])("%p in protobuf's JSON", (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
});

test("any double is read back as itself", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(shortest(value))).toBe(value);
      expect(Number(doubleText(value))).toBe(value);
    }),
  );
});
