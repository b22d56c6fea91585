/** What had no connection: how many would do, and what was dropped. */
import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { sample } from "../fixtures/sample-results.ts";
import { explain } from "./explain.ts";

function unwrapped(result: Result): string {
  const text = explain(result, { columns: 100, color: false, inflate: inflateSync });
  return text.replace(/\s+/g, " ");
}

test("our own lateness, which a busy connection passes on, holds none", () => {
  const overload = sample("overload", deflateSync);
  const { lag } = overload.latencyMs;
  const late = { ...overload.latencyMs, lag: { ...lag, mean: 500 } };
  expect(unwrapped({ ...overload, latencyMs: late })).toContain("would keep 8.3 connections");
});

test("means too large for their sum make no number that is none", () => {
  const overload = sample("overload", deflateSync);
  const { connect, service } = overload.latencyMs;
  const means = { connect: { ...connect, mean: 1e308 }, service: { ...service, mean: 1e308 } };
  const text = unwrapped({ ...overload, latencyMs: { ...overload.latencyMs, ...means } });
  expect(text).toContain("connections busy");
  expect(text).not.toMatch(/Infinity|NaN/);
});

test("what was dropped is told once, and not as answers", () => {
  const dropped = sample("dropped", deflateSync);
  const errors = { dropped: dropped.accounting.dropped };
  const first = { count: errors.dropped, sample: "the backlog was full", atS: 1 };
  const text = unwrapped({ ...dropped, errors, errorSamples: { dropped: first } });
  expect(text).toContain("5,005 exchanges were dropped, since the backlog was full.");
  expect(text).not.toContain("answers (");
});
