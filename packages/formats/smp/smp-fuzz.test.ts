/**
 * Damaged SMP documents: never a crash, and every number that comes out is one that went in, or
 * follows from those by a formula of docs/smp.md.
 */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { resultDocumentSchema } from "@nightjar/core/result/result-document.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import type { Content, ConvertContext } from "../convert/content.ts";
import { convertFormat } from "../convert/formats.ts";
import { sample } from "../fixtures/sample-results.ts";
import { SMP_CONFIGS } from "./fixtures/smp-configs.ts";
import { SMP_RESULTS } from "./fixtures/smp-results.ts";
import { smpResultDocument } from "./print-smp-result.ts";
import { readSmpResult } from "./read-smp-result.ts";
import { factsIn } from "./result-labels.ts";
import { smpResultOf } from "./smp-of-result.ts";

const COUNT = 10_000;
const LIMIT_MS = 300_000;

const NUMBER = /\d+(\.\d+)?([eE][-+]?\d+)?/g;

/** Numbers of a text, however they stand in it. */
function numbersIn(value: unknown): number[] {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return [...(text ?? "").matchAll(NUMBER)].map(([digits]) => Number(digits));
}

/** The numbers of a value, not those in its texts. */
function leavesIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(leavesIn);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Tally {
  read: number;
  refused: number;
}

/** `undefined`: it is refused, in one sentence. */
function contentOf(name: string, document: unknown, context: ConvertContext): Content | undefined {
  const format = convertFormat(name);
  if (format.syntax !== "document") throw new Error("not a document");
  try {
    return format.parse!(document, context).value;
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    expect(error.message).toMatch(/^[^\n]{1,400}$/);
    return undefined;
  }
}

function forEachMutation(
  fixture: object,
  name: string,
  { context, look }: { context: ConvertContext; look: (content: Content, from: unknown) => void },
): Tally {
  const tally = { read: 0, refused: 0 };
  for (const text of mutations(JSON.stringify(fixture, null, 1), COUNT)) {
    const document = parsed(text);
    if (document === undefined) continue;
    const content = contentOf(name, document, context);
    if (content === undefined) tally.refused++;
    else {
      tally.read++;
      look(content, document);
    }
  }
  return tally;
}

const context = { deflate: deflateSync, inflate: inflateSync };

/** A plan has the numbers of its document, and `max` for 0. */
function lookAtPlans(content: Content, document: unknown): void {
  const known = new Set(numbersIn(document));
  expect(leavesIn(content).filter((value) => !known.has(value))).toEqual([]);
  for (const name of ["smp", "smp-classic"]) {
    const format = convertFormat(name);
    if (format.syntax !== "document") continue;
    const back = format.print!(content, context).value;
    const enums = [1, ...Array.from({ length: 12 }, (_, index) => index + 1)];
    const all = new Set([...known, ...(name === "smp-classic" ? enums : [])]);
    expect(leavesIn(back).filter((value) => !all.has(value))).toEqual([]);
  }
}

describe("a damaged configuration is read or refused", () => {
  test.each(Object.keys(SMP_CONFIGS))(
    "%s",
    (name) => {
      const options = { context, look: lookAtPlans };
      const { read, refused } = forEachMutation(SMP_CONFIGS[name], "smp", options);
      expect([read > COUNT / 100, refused > COUNT / 100]).toEqual([true, true]);
    },
    LIMIT_MS,
  );
});

const RESULTS: Readonly<Record<string, object>> = {
  ...SMP_RESULTS,
  OURS: smpResultDocument(smpResultOf(sample("unanswered", deflateSync))),
};

/** The formulas of docs/smp.md, by the numbers of the document. */
function derivedFrom(document: unknown, durationS: number): number[] {
  const { result } = readSmpResult(document);
  const { facts } = factsIn(result.labels, []);
  return [
    facts.requests ?? Math.round(result.actualQps * durationS),
    ...(facts.due === undefined ? [] : [thousandths(facts.due / durationS)]),
    ...Object.values(result.latencies).map((s) => Math.round(s * 1e9) / 1e6),
    ...(facts.workers === undefined ? [0] : []),
  ];
}

function thousandths(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 0;
}

/** To the millisecond: a Date has no finer one. */
function expectDuration(document: unknown, durationS: number): void {
  const { result } = readSmpResult(document);
  const { facts } = factsIn(result.labels, []);
  const betweenS = (Date.parse(result.endTime) - Date.parse(result.startTime)) / 1000;
  const expectedS = facts.duration_s ?? betweenS;
  expect(Math.abs(durationS - expectedS)).toBeLessThan(0.0021);
}

function lookAtResult(content: Content, document: unknown): void {
  if (content.noun !== "result") throw new Error("not a result");
  const { durationS, ...others } = resultDocumentSchema.parse(content.result);
  expectDuration(document, durationS);
  const known = new Set([...numbersIn(document), ...derivedFrom(document, durationS)]);
  expect(leavesIn(others).filter((value) => !known.has(value))).toEqual([]);
}

const READINGS = Object.keys(RESULTS).flatMap((name) => [
  [name, "ms"] as const,
  [name, "s"] as const,
]);

describe("a damaged result is read or refused", () => {
  test.each(READINGS)(
    "%s, of %s",
    (name, latencyUnit) => {
      const options = { context: { ...context, latencyUnit }, look: lookAtResult };
      const { read, refused } = forEachMutation(RESULTS[name], "smp-result", options);
      expect([read > COUNT / 100, refused > COUNT / 100]).toEqual([true, true]);
    },
    LIMIT_MS,
  );
});
