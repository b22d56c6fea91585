import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { mutations } from "@nightjar/testkit/mutations.ts";
import { sample } from "../fixtures/sample-results.ts";
import { byClients, byGenerators, cutShort } from "../fixtures/sample-several.ts";
import { jsonOf } from "../json/json.ts";
import type { Content } from "./content.ts";
import { convertFormat } from "./formats.ts";

const context = { deflate: deflateSync, inflate: inflateSync };

function printed(name: string, content: Content): string {
  return convertFormat(name).print!(content, context).value as string;
}

const REPORTS = [
  ["html", "<!doctype html>"],
  ["markdown", "<!-- nightjar report: checkout"],
  ["junit", "<?xml "],
] as const;

test.each(REPORTS)("%s", (name, beginning) => {
  const content = { noun: "result" as const, result: sample("pass", deflateSync) };
  expect(printed(name, content)).toStartWith(beginning);
});

describe("several side by side", () => {
  const DOCUMENTS = [byGenerators, byClients, cutShort].map((of) => of(deflateSync));

  function read(text: string): Content {
    const row = convertFormat("side-by-side");
    if (row.syntax !== "text") throw new Error("not a text");
    return row.parse!(text, context).value;
  }

  test("are read as they were written", () => {
    for (const document of DOCUMENTS) {
      const text = jsonOf(document);
      expect(printed("side-by-side", read(text))).toBe(text);
    }
  });

  test.each(REPORTS)("%s of all of them", (name, beginning) => {
    for (const document of DOCUMENTS) {
      const text = printed(name, read(jsonOf(document)));
      expect(text).toStartWith(beginning);
      expect(text).toContain("pass");
    }
  });

  const text = jsonOf(DOCUMENTS[0]);
  const refusals: [string, string, RegExp][] = [
    ["one Result", jsonOf(sample("pass", deflateSync)), /: it is one Result, and `--from result`/],
    ["a later version", text.replace("side/v1", "side/v2"), /v2", of a newer Nightjar$/],
    [
      "one of which nothing is told",
      text.replace('"order": [', '"order": ["wrk", '),
      /^order: allowed are as many as results, failures and notRun together, 3, found 4$/,
    ],
    [
      "a wrong kind deep inside",
      text.replace(/"outcome": "pass"/, '"outcome": "maybe"'),
      /^results\[0\]\.verdict\.outcome: allowed is "pass" or .*, found "maybe"$/,
    ],
  ];
  test.each(refusals)("refused: %s", (_, document, message) => {
    expect(() => read(document)).toThrow(message);
  });

  test("taken for one Result", () => {
    const row = convertFormat("result");
    if (row.syntax !== "text") throw new Error("not a text");
    expect(() => row.parse!(text, context)).toThrow("holds several Results, and `convert --from");
  });

  test("damaged ones are refused in a sentence, or printed", () => {
    const small = jsonOf({ ...DOCUMENTS[2], results: [sample("one", deflateSync)] });
    let printedOnes = 0;
    for (const damaged of mutations(small, 2000)) {
      try {
        const content = read(damaged);
        printedOnes++;
        for (const [name] of REPORTS) printed(name, content);
      } catch (error) {
        if (!(error instanceof NightjarError)) throw new Error(`${error} of\n${damaged}`);
      }
    }
    expect(printedOnes).toBeGreaterThan(100);
  });
});
