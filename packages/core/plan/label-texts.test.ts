import { expect, test } from "bun:test";
import fc from "fast-check";
import { labelsOfTexts, textsOfLabels } from "./label-texts.ts";

test.each<[string[], Record<string, string>]>([
  [[], {}],
  [["mesh=istio", "canary"], { mesh: "istio", canary: "" }],
  [["a=b=c", "=e", "f=", ""], { a: "b=c", "=e": "", "f=": "" }],
  // A name that was said before, with a text or alone.
  [["a=1", "a=2"], { a: "1", "a=2": "" }],
  [["a=1", "a"], { "a=1": "", a: "" }],
  [["__proto__=x"], Object.fromEntries([["__proto__", "x"]])],
])("%j", (texts, labels) => {
  expect(labelsOfTexts(texts)).toEqual(labels);
});

test("no text is lost on the way and back", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "=", " ", "ü"), maxLength: 6 });
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 8 }), (texts) => {
      const back = textsOfLabels(labelsOfTexts(texts));
      expect(back).toEqual(texts.filter((one) => one !== ""));
    }),
  );
});

test("no label is lost on the way and back, unless its name holds =", () => {
  const name = fc.stringMatching(/^[^=]+$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (labels) => {
      expect(labelsOfTexts(textsOfLabels(labels))).toEqual(labels);
    }),
  );
});
