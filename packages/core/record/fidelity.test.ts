import { expect, test } from "bun:test";
import { type Fidelity, weakestFidelity } from "./fidelity.ts";

const exact: Fidelity = { kind: "histogram", relativeError: 0.001 };
const coarse: Fidelity = { kind: "buckets", relativeError: 0.5 };
const fine: Fidelity = { kind: "buckets", relativeError: 0.1 };
const unknown: Fidelity = { kind: "buckets", relativeError: null };
const stated: Fidelity = { kind: "percentiles", relativeError: null };

test.each([
  [[exact, fine], fine],
  [[coarse, exact, fine], coarse],
  [[coarse, unknown], unknown],
  [[unknown, stated, exact], stated],
  [[exact], exact],
])("of a whole: that of its worst part, in any order %#", (parts, worst) => {
  expect(weakestFidelity(parts)).toEqual(worst);
  expect(weakestFidelity([...parts].reverse())).toEqual(worst);
});

test("of nothing there is none", () => {
  expect(weakestFidelity([])).toBeUndefined();
});
