/** Damaged YAML: a sentence with its place, or documents that the formats read or refuse. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { convertFormat } from "@nightjar/formats/convert/formats.ts";
import { SMP_CONFIGS } from "@nightjar/formats/smp/fixtures/smp-configs.ts";
import { SMP_RESULTS } from "@nightjar/formats/smp/fixtures/smp-results.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import { located } from "./refusal.ts";
import { yamlDocumentsIn } from "./yaml-file.ts";
import { yamlOf } from "./yaml-text.ts";

const COUNT = 2500;
const LIMIT_MS = 300_000;
const context = { deflate: deflateSync, inflate: inflateSync };

function readYaml(text: string, name: string): void {
  const format = convertFormat(name);
  if (format.syntax !== "document") throw new Error("not a document");
  const bytes = new TextEncoder().encode(text);
  for (const { value, placeOf } of yamlDocumentsIn(bytes, { name: "f", what: "a document" })) {
    try {
      format.parse!(value, context);
    } catch (error) {
      throw located(error, [], { placeOf });
    }
  }
}

function sentenceOf(text: string, name: string): string {
  try {
    readYaml(text, name);
    return "";
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return error.message;
  }
}

const FIXTURES = [
  ...Object.entries(SMP_CONFIGS).map(([key, value]) => ["smp", key, value] as const),
  ...Object.entries(SMP_RESULTS).map(([key, value]) => ["smp-result", key, value] as const),
];

describe("damaged", () => {
  test.each(FIXTURES)(
    "%s %s",
    (name, _, value) => {
      let refused = 0;
      for (const text of mutations(yamlOf(value), COUNT)) {
        const sentence = sentenceOf(text, name);
        if (sentence === "") continue;
        refused++;
        expect(sentence).toMatch(/^f(:\d+:\d+)?: [^\n]{1,500}$/);
      }
      expect(refused).toBeGreaterThan(COUNT / 10);
    },
    LIMIT_MS,
  );
});
