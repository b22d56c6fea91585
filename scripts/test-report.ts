/** Reads what `bun test` reported about one file, and counts it as the project counts. Pure. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface FileReport extends Counts {
  /** A line for each test that did not simply pass, and for the file if it broke. */
  notes: string[];
}

export interface FileOutcome {
  file: string;
  exitCode: number;
  /** All that it printed. */
  said: string;
  /** JUnit XML; undefined if the process ended without writing it. */
  junit: string | undefined;
  /** Lines "test name: reason". */
  notMeasured: readonly string[];
  /** In CI every part must be there: a missing one is a failure. */
  isCi: boolean;
}

/** Of what a file printed that broke. */
const LAST_LINES = 30;
const LONGEST_REASON = 400;

export function reportOf(outcome: FileOutcome): FileReport {
  const { exitCode, junit, notMeasured, isCi } = outcome;
  if (junit === undefined) return broken(outcome, "before its tests did");
  const tests = testCases(junit);
  const named = (outcome: Outcome) => tests.filter((one) => one.outcome === outcome);
  const failed = named("failed").length + (isCi ? named("missing part").length : 0);
  if (failed === 0 && exitCode !== 0 && named("missing part").length === 0) {
    return broken(outcome, "though no test failed");
  }
  const { file } = outcome;
  const skipped = tests.filter((one) => isSkip(one.outcome, isCi)).length + notMeasured.length;
  const notes = tests
    .filter((one) => one.outcome !== "passed")
    .map((one) => `${one.outcome}: ${file}: ${one.name}${one.reason}`);
  for (const line of notMeasured) notes.push(`not measured: ${file}: ${line}`);
  return { passed: tests.length - failed - skipped, failed, skipped, notes };
}

export function sum(counts: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/** The line that ends a run of the tests. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

type Outcome = "passed" | "failed" | "skipped" | "missing part";

function isSkip(outcome: Outcome, isCi: boolean): boolean {
  return outcome === "skipped" || (outcome === "missing part" && !isCi);
}

/** Nothing but what it printed can say why. */
function broken({ file, exitCode, said }: FileOutcome, what: string): FileReport {
  const lines = said.trimEnd().split("\n").slice(-LAST_LINES);
  const notes = [`failed: ${file} ended with code ${exitCode} ${what}`];
  for (const line of lines) notes.push(`failed: ${file} said: ${line}`);
  return { passed: 0, failed: 1, skipped: 0, notes };
}

/** Bun writes a test that passed as an empty element, and the name of the error class as `type`. */
function testCases(junit: string): { name: string; outcome: Outcome; reason: string }[] {
  const cases = junit.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return Array.from(cases, ([, name, body = ""]) => ({
    name: unescapeXml(name),
    outcome: outcomeOf(body),
    reason: reasonOf(body),
  }));
}

/** On one line. */
function reasonOf(body: string): string {
  const message = /<failure [^>]*message="([^"]*)"/.exec(body)?.[1];
  if (message === undefined) return "";
  const line = unescapeXml(message).trim().replace(/\s+/g, " ");
  return `: ${line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line}`;
}

function outcomeOf(body: string): Outcome {
  if (body.includes('<failure type="MissingPart"')) return "missing part";
  if (body.includes("<failure")) return "failed";
  return body.includes("<skipped") ? "skipped" : "passed";
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = {
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    amp: "&",
    "#10": "\n",
  };
  return text.replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, name: string) => named[name]);
}
