/** What `explain` says of errors, and of the first of each kind. */
import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { sample } from "../fixtures/sample-results.ts";
import { explain } from "./explain.ts";

const fail = sample("fail", deflateSync);

/** In one line, as it was before it was wrapped. */
function unwrapped(result: Result): string {
  const text = explain(result, { columns: 100, color: false, inflate: inflateSync });
  return text.replace(/\s+/g, " ");
}

test("of a generator that tells at its end alone no time of the first", () => {
  const errorSamples = {
    timeout: { count: 1, sample: "late", atS: null },
    "check-body": { count: 1, sample: "no tea", atS: null },
  };
  const errors = { timeout: 1, "check-body": 1 };
  const text = unwrapped({ ...fail, errors, errorSamples });
  expect(text).toContain("1 exchange were not answered in time (timeout): late.");
  expect(text).toContain("lacked what --expect-body wants: no tea.");
  expect(text).not.toContain("the first");
});

test("checks and statuses of errors", () => {
  const first = { count: 3, sample: "header x-cache is missing", atS: 0.25 };
  const errors = { errors: { "check-header": 3 }, errorSamples: { "check-header": first } };
  expect(unwrapped({ ...fail, ...errors })).toContain(
    "lacked what --expect-header wants, the first 250 ms after the start: header x-cache is",
  );
});
