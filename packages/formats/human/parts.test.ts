import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { count } from "../figures.ts";
import { type SampleName, sample } from "../fixtures/sample-results.ts";
import { latencyText } from "./quantities.ts";
import { reportOf } from "./report.ts";

function report(result: Result, columns: number): string {
  return reportOf(result, { columns, color: false, inflate: inflateSync });
}

const of = (name: SampleName) => sample(name, deflateSync);

/** The rows of a table, as words: its head first. */
function tableIn(text: string, title: string): string[][] {
  const rows = text.split("\n");
  const from = rows.findIndex((row) => row.startsWith(`${title}  `));
  const length = rows.slice(from).indexOf("");
  return rows.slice(from, from + length).map((row) => row.trim().split(/ {2,}/));
}

const parts = of("parts");

test("each stage, and what became due in it", () => {
  const [head, ...rows] = tableIn(report(parts, 80), "stages, response");
  expect(head.slice(0, 3)).toEqual(["stages, response", "due", "answered"]);
  expect(rows.map((row) => row.slice(1, 3))).toEqual([
    ["200..800/s for 4s", "2,000"],
    ["800/s for 4s", "3,200"],
    ["800..0/s for 2s", "800"],
  ]);
});

test("each target, and what went to it", () => {
  const rows = tableIn(report(parts, 80), "targets, response");
  expect(rows.slice(1).map(([name]) => name)).toEqual([
    "cart GET /cart",
    "pay POST /pay",
    "2 GET /search?q=owl",
  ]);
  const { response } = parts.targets[1].latencyMs;
  expect(rows[2].at(-1)).toBe(latencyText(response.percentiles["99"]));
});

test("a backend that fails stands first", () => {
  const rows = tableIn(report(of("lame"), 80), "backends");
  expect(rows[1].slice(0, 4)).toEqual(["10.0.0.9:443", "3,000", "252", "0"]);
  expect(rows).toHaveLength(4);
});

test("what a header says, and what is left of service without it", () => {
  const [head, ...rows] = tableIn(report(parts, 160), "headers");
  const [{ recorded, missing, overheadMs }] = Object.values(parts.recorded);
  expect(head.slice(0, 3)).toEqual(["headers", "answers", "missing"]);
  expect(rows[0].slice(1, 3)).toEqual([count(recorded), count(missing)]);
  expect(rows[1][0]).toBe("overhead (service less it)");
  expect(rows[1][4]).toBe(latencyText(overheadMs.percentiles["99"]));
});

test("a header that no answer had", () => {
  const [[name, header]] = Object.entries(parts.recorded);
  const none = { ...header.valueMs, count: 0, max: null, percentiles: {} };
  const recorded = { [name]: { recorded: 0, missing: 6000, valueMs: none, overheadMs: none } };
  const rows = tableIn(report({ ...parts, recorded }, 160), "headers");
  expect(rows.slice(1)).toEqual([[name, "0", "6,000", "–", "–", "–", "–", "–"]]);
});

test("the probe beside the rest, and a warning where they disagree", () => {
  const rows = tableIn(report(parts, 80), "probe");
  expect(rows.slice(1).map(([name]) => name)).toEqual([
    "service of the probe",
    "service of the rest",
    "response of the probe",
    "response of the rest",
  ]);
  expect(report(of("biased"), 160)).toContain("! p50 of service: 4.2");
});

test("nothing of what there is none of", () => {
  expect(report(of("pass"), 160)).not.toMatch(/^(stages|targets|backends|headers|probe) /m);
  expect(report(parts, 80)).toContain("27 sessions of TLS resumed");
  expect(report(of("pass"), 80)).not.toContain("resumed");
});

test("of many the first, and how many more there are", () => {
  const [target] = parts.targets;
  const targets = Array.from({ length: 40 }, (_, at) => ({ ...target, name: `t${at}` }));
  const rows = tableIn(report({ ...parts, targets }, 80), "targets, response");
  expect(rows).toHaveLength(18);
  expect(rows[17]).toEqual(["and 24 more"]);
});

test("a stage that was not reached", () => {
  const [first, ...rest] = parts.stages;
  const stages = [first, ...rest.map((stage) => ({ ...stage, durationS: 0 }))];
  expect(report({ ...parts, stages }, 80)).toContain("  2  800/s, not reached ");
});
