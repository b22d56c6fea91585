/**
 * What a converted Result says of its document: no key that is absent has a value, and every key
 * that is assumed has one. Of each converter, by all its documents and by damaged ones.
 */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import { contradictions } from "../fixtures/contradictions.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { WHOLE_JSON } from "../nighthawk/fixtures/whole-output.ts";
import { SMP_RESULTS } from "../smp/fixtures/smp-results.ts";
import { resultIn } from "./content.ts";
import { CONVERT_FORMATS, convertFormat } from "./formats.ts";

const context = { deflate: deflateSync, inflate: inflateSync };
const DAMAGED = 400;
const LIMIT_MS = 120_000;

function fixturesOf(room: string, pattern: RegExp): string[] {
  const folder = new URL(`../${room}/fixtures/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.map((name) => readFileSync(new URL(name, folder), "utf8"));
}

/** As another format has it: a text, or the JSON of a document. */
function written(result: ResultDocument, name: string): string {
  const { value } = convertFormat(name).print!({ noun: "result", result }, context);
  return typeof value === "string" ? value : JSON.stringify(value[0]);
}

const SAMPLES = SAMPLE_NAMES.map((name) => sample(name, deflateSync));
const ANSWERED = SAMPLES.filter(({ histograms }) => Object.keys(histograms).length > 0);
const UNTAGGED = written(ANSWERED[0], "hlog").replaceAll(/^Tag=response,(.*\n)|^Tag=.*\n/gm, "$1");

const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  fortio: fixturesOf("fortio", /json/),
  nighthawk: [WHOLE_JSON, ...fixturesOf("nighthawk", /^output.*json/)],
  vegeta: fixturesOf("vegeta", /json/),
  wrk: fixturesOf("wrk", /\.txt$/),
  hlog: [...ANSWERED.map((result) => written(result, "hlog")), UNTAGGED],
  "smp-result": [
    ...Object.values(SMP_RESULTS).map((document) => JSON.stringify(document, null, 1)),
    ...SAMPLES.map((result) => written(result, "smp-result")),
  ],
};

/** `undefined`: it is refused. */
function read(name: string, text: string): ResultDocument | undefined {
  const format = convertFormat(name);
  try {
    return format.syntax === "text"
      ? resultIn(format.parse!(text, context).value)
      : resultIn(format.parse!(JSON.parse(text), { ...context, latencyUnit: "ms" }).value);
  } catch (error) {
    if (error instanceof NightjarError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

test("each converter has documents here", () => {
  const readers = CONVERT_FORMATS.filter(({ reads }) => reads.includes("result"));
  const foreign = readers.map(({ name }) => name).filter((name) => name !== "result");
  expect(Object.keys(DOCUMENTS).sort()).toEqual(foreign.sort());
});

describe.each(Object.entries(DOCUMENTS))("%s", (name, texts) => {
  test("its documents", () => {
    const results = texts.flatMap((text) => read(name, text) ?? []);
    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(contradictions)).toEqual([]);
  });

  test(
    "damaged ones",
    () => {
      for (const text of texts) {
        for (const damaged of mutations(text, Math.ceil(DAMAGED / texts.length))) {
          const result = read(name, damaged);
          if (result !== undefined) expect(contradictions(result)).toEqual([]);
        }
      }
    },
    LIMIT_MS,
  );
});
