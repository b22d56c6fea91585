import { expect, test } from "bun:test";
import fc from "fast-check";
import { didYouMean, editDistance, nearest } from "./suggest.ts";

test("the distance is Levenshtein's", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test("the nearest word is within two edits, or begins alike, or there is none", () => {
  const words = ["rate", "requests", "connections", "model"];
  expect(nearest("rte", words)).toBe("rate");
  expect(nearest("RATE", words)).toBe("rate");
  expect(nearest("conn", words)).toBe("connections");
  expect(nearest("co", words)).toBeUndefined();
  expect(nearest("banana", words)).toBeUndefined();
  expect(nearest("of", ["on", "off"])).toBe("off");
  expect(nearest("lga", ["log", "lag"])).toBe("lag");
  expect(nearest("NOPE", ["HOME"])).toBeUndefined();
  expect(nearest("x", ["0"])).toBeUndefined();
  expect(nearest("", ["a"])).toBeUndefined();
  expect(didYouMean("modle", words)).toBe(' (did you mean "model"?)');
  expect(didYouMean("banana", words)).toBe("");
});
