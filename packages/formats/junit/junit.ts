/**
 * JUnit XML, for what shows tests in CI: a case for each threshold, one for the condition that
 * ended the run, and one that asks whether the run can be judged at all.
 *
 *     threshold holds         passed          threshold does not hold    failure
 *     too few samples for it  skipped         condition of stopOn held   failure
 *     run cannot be judged    error, once; its thresholds are skipped: they say nothing
 *
 * An error and not a skip, for CI systems show skipped tests as no harm, and a run that measured
 * nothing would look like one that passed. See docs/formats/junit.md.
 */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { seconds } from "../figures.ts";
import { foreign } from "../human/line.ts";
import { thresholdValue } from "../human/quantities.ts";
import { headline, isDoubted, reasonsBeside } from "../human/verdict.ts";
import { element } from "./xml.ts";

type Outcome = "passed" | "failure" | "error" | "skipped";

interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was measured, or why it is as it is. */
  readonly said: string;
  readonly timeS: number;
}

export const JUDGED_CASE = "the run can be judged";
const MOST_CHARACTERS = 2000;

function said(text: string): string {
  const line = foreign(text);
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}

/** What stands against a judgement; of one that only lacks samples, the thresholds that do. */
function doubtsOf(result: ResultDocument): string[] {
  const beside = reasonsBeside(result);
  return beside.length > 0 ? beside : result.verdict.reasons;
}

function judgedCase(result: ResultDocument): Case {
  const isJudged = result.verdict.outcome !== "inconclusive";
  return {
    name: JUDGED_CASE,
    outcome: isJudged ? "passed" : "error",
    said: isJudged ? headline(result) : doubtsOf(result).join("; "),
    timeS: result.durationS,
  };
}

function stopCase({ stopped }: ResultDocument): Case[] {
  if (stopped === null) return [];
  const when = `held, and ended the run after ${seconds(stopped.atS)}`;
  return [{ name: `not ${stopped.condition}`, outcome: "failure", said: when, timeS: 0 }];
}

const OUTCOMES = { true: "passed", false: "failure", null: "skipped" } as const;

function thresholdCases(result: ResultDocument): Case[] {
  const doubted = isDoubted(result);
  return result.thresholds.map(({ expr, value, ok }) => {
    const measured = `${thresholdValue(expr, value)}, wanted: ${expr}`;
    return doubted
      ? { name: expr, outcome: "skipped", said: `not to be believed: ${measured}`, timeS: 0 }
      : { name: expr, outcome: OUTCOMES[`${ok}`], said: measured, timeS: 0 };
  });
}

/** Of cases with one name CI systems keep the first alone. */
function named(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const name = said(one.name);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { ...one, name: times === 1 ? name : `${name} (${times})` };
  });
}

/** The reason stands as an attribute and as the text: some systems show the one, some the other. */
function caseElement({ name, outcome, said: words, timeS }: Case, classname: string): string {
  const reason = said(words);
  const child =
    outcome === "passed"
      ? element("system-out", {}, { text: reason })
      : element(outcome, { message: reason, type: typeOf(outcome) }, { text: reason });
  return element("testcase", { classname, name, time: timeS }, [child]);
}

/** `skipped` has none in the schema of JUnit. */
function typeOf(outcome: Outcome): string | undefined {
  if (outcome === "failure") return "threshold";
  return outcome === "error" ? "inconclusive" : undefined;
}

function propertiesOf(result: ResultDocument): string {
  const { id, generator, labels, targets, verdict } = result;
  const pairs: [string, string][] = [
    ["run", id],
    ["generator", `${generator.name} ${generator.version}`.trim()],
    ["latency", generator.latencyKind],
    ["verdict", verdict.outcome],
    ...targets
      .slice(0, 1)
      .map(({ method, url }): [string, string] => ["target", `${method} ${url}`]),
    ...Object.entries(labels).map(([name, value]): [string, string] => [`label.${name}`, value]),
  ];
  const all = pairs.map(([name, value]) =>
    element("property", { name: said(name), value: said(value) }),
  );
  return element("properties", {}, all);
}

export interface SuiteTotals {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly time: number;
}

export interface Suite {
  readonly element: string;
  readonly totals: SuiteTotals;
}

function totalsOf(cases: readonly Case[], time: number): SuiteTotals {
  const number = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return {
    tests: cases.length,
    failures: number("failure"),
    errors: number("error"),
    skipped: number("skipped"),
    time,
  };
}

/** `name`: like no other in the document, for CI systems tell cases apart by it. */
export function suiteOf(result: ResultDocument, name: string): Suite {
  const cases = named([judgedCase(result), ...stopCase(result), ...thresholdCases(result)]);
  const totals = totalsOf(cases, result.durationS);
  const attributes = {
    ...{ name, ...totals },
    // The schema has no time zone: it is UTC.
    timestamp: result.startedAt?.slice(0, 19),
    hostname: result.environment === null ? undefined : said(result.environment.host),
  };
  const children = [propertiesOf(result), ...cases.map((one) => caseElement(one, name))];
  return { element: element("testsuite", attributes, children), totals };
}

/** Of a run that came to nothing. */
export function failedSuite(name: string, why: string): Suite {
  const one: Case = { name: JUDGED_CASE, outcome: "error", said: why, timeS: 0 };
  const totals = totalsOf([one], 0);
  return { element: element("testsuite", { name, ...totals }, [caseElement(one, name)]), totals };
}

/** Ends with a newline. */
export function documentOf(suites: readonly Suite[]): string {
  const sum = (of: keyof SuiteTotals) => suites.reduce((all, { totals }) => all + totals[of], 0);
  const totals = {
    ...{ tests: sum("tests"), failures: sum("failures"), errors: sum("errors") },
    ...{ skipped: sum("skipped"), time: sum("time") },
  };
  const all = element(
    "testsuites",
    { name: "nightjar", ...totals },
    suites.map((suite) => suite.element),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`;
}

/** A name as it may stand in the document. */
export function nameOf(text: string): string {
  return said(text);
}

/** Ends with a newline. */
export function junitOf(result: ResultDocument): string {
  return documentOf([suiteOf(result, nameOf(result.name))]);
}
