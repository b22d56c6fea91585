import { expect, test } from "bun:test";
import { addErrors } from "./tally.ts";

test("of errors counts add and the earliest sample stays, in any order", () => {
  const late = { timeout: { count: 2, sample: "late", atNs: 9 } };
  const early = { timeout: { count: 1, sample: "early", atNs: 0 } };
  const untimed = { timeout: { count: 4, sample: "at some time", atNs: null } };
  const whole = { timeout: { count: 7, sample: "early", atNs: 0 } };
  expect(addErrors([late, early, untimed])).toEqual(whole);
  expect(addErrors([untimed, early, late])).toEqual(whole);
  const other = { timeout: { count: 1, sample: "once", atNs: null } };
  const untold = { timeout: { count: 5, sample: "at some time", atNs: null } };
  expect(addErrors([other, untimed])).toEqual(untold);
  expect(addErrors([untimed, other])).toEqual(untold);
});
