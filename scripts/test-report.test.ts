import { expect, test } from "bun:test";
import { closingLine, type FileOutcome, reportOf, sum } from "./test-report.ts";

const PASSED = '<testcase name="adds" classname="" time="0.1" file="a.test.ts" assertions="1" />';
const SKIPPED = withBody("later", "<skipped />");
const FAILED = withBody(
  "a &lt; b",
  '<failure type="Error" message="1 is not&#10;  &lt; 2">x</failure>',
);
const MISSING = withBody("crosses", '<failure type="MissingPart" message="x" />');

function withBody(name: string, body: string): string {
  return `<testcase name="${name}" file="a.test.ts">\n${body}\n</testcase>`;
}

function outcome(cases: string[], rest: Partial<FileOutcome> = {}): FileOutcome {
  const junit = `<testsuites><testsuite name="x">${cases.join("\n")}</testsuite></testsuites>`;
  const usual = { file: "a.test.ts", exitCode: 0, said: "", notMeasured: [], isCi: false };
  return { ...usual, junit, ...rest };
}

test("passed, failed and skipped are told apart, and the last two named", () => {
  const report = reportOf(outcome([PASSED, SKIPPED, FAILED, PASSED], { exitCode: 1 }));
  expect(report).toEqual({
    passed: 2,
    failed: 1,
    skipped: 1,
    notes: ["skipped: a.test.ts: later", "failed: a.test.ts: a < b: 1 is not < 2"],
  });
});

test("what was not measured leaves the passed and joins the skipped", () => {
  const report = reportOf(outcome([PASSED, PASSED], { notMeasured: ["adds: hiccups"] }));
  expect(report).toEqual({
    passed: 1,
    failed: 0,
    skipped: 1,
    notes: ["not measured: a.test.ts: adds: hiccups"],
  });
});

test("a missing part is a skip on a machine of one's own and a failure in CI", () => {
  const own = reportOf(outcome([PASSED, MISSING], { exitCode: 1 }));
  expect([own.passed, own.failed, own.skipped]).toEqual([1, 0, 1]);
  const ci = reportOf(outcome([PASSED, MISSING], { exitCode: 1, isCi: true }));
  expect([ci.passed, ci.failed, ci.skipped]).toEqual([1, 1, 0]);
  expect(ci.notes).toEqual(["missing part: a.test.ts: crosses: x"]);
});

test("a file that crashed, or left early with code 0, is a failure", () => {
  for (const exitCode of [0, 139]) {
    const said = "one\npanic: no memory\n";
    const report = reportOf(outcome([], { exitCode, said, junit: undefined }));
    expect([report.passed, report.failed]).toEqual([0, 1]);
    expect(report.notes[0]).toContain(`code ${exitCode} before`);
    expect(report.notes.slice(1)).toEqual([
      "failed: a.test.ts said: one",
      "failed: a.test.ts said: panic: no memory",
    ]);
  }
});

test("a file that could not be loaded, or broke between its tests, is a failure", () => {
  const report = reportOf(outcome([PASSED], { exitCode: 1 }));
  expect([report.passed, report.failed]).toEqual([0, 1]);
});

test("the closing line", () => {
  const counts = [
    { passed: 1, failed: 2, skipped: 3 },
    { passed: 10, failed: 20, skipped: 30 },
  ];
  expect(closingLine(sum(counts))).toBe("11 passed, 22 failed, 33 skipped");
});
