import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { sample } from "../fixtures/sample-results.ts";
import { REPORT_FORMATS } from "./report-formats.ts";

test.each([
  ["html", "<!doctype html>"],
  ["markdown", "<!-- nightjar report: checkout -->"],
  ["junit", "<?xml "],
])("%s", (name, beginning) => {
  const format = REPORT_FORMATS.find((row) => row.name === name);
  const content = { noun: "result" as const, result: sample("pass", deflateSync) };
  const context = { deflate: deflateSync, inflate: inflateSync };
  expect(format?.print?.(content, context).value).toStartWith(beginning);
});
