/** What the report says of what is unknown, and under which kind its latencies stand. */
import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { type SampleName, sample } from "../fixtures/sample-results.ts";
import { reportOf } from "./report.ts";

function report(result: Result, columns: number): string {
  return reportOf(result, { columns, color: false, inflate: inflateSync });
}

const of = (name: SampleName) => sample(name, deflateSync);

test("unknown: of a lost worker, or counted by nobody", () => {
  const lost = "unknown: due while a worker was lost";
  expect(report(of("lost"), 80)).toContain(lost);
  const { accounting, ...pass } = of("pass");
  const uncounted = { ...accounting, sent: 0, completed: 0, unknown: accounting.due };
  const text = report({ ...pass, accounting: uncounted }, 80);
  expect(text).toContain("unknown: due, and in none of the generator's own counts");
  expect(text).not.toContain(lost);
});

test("the course of a latency, under its kind", () => {
  expect(report(of("pass"), 80)).toMatch(/^response p99 [▁-█·]+ {2}peak/m);
  expect(report(of("lame"), 80)).toMatch(/^response (p99|max) +[▁-█·]+ {2}peak/m);
  const { generator, ...pass } = of("pass");
  const served = { ...pass, generator: { ...generator, latencyKind: "service" as const } };
  expect(report(served, 80)).toMatch(/^service p99 +[▁-█·]+ {2}peak/m);
});
