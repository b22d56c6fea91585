import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import fc from "fast-check";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { jsonOf } from "./json.ts";
import { readResult } from "./read-result.ts";

const pass = sample("pass", deflateSync);
const json = jsonOf(pass);

describe("writing", () => {
  test("the document is the Result, and reading it gives it back", () => {
    for (const name of SAMPLE_NAMES) {
      const result = sample(name, deflateSync);
      const text = jsonOf(result);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
      expect(text).toEndWith("}\n");
      expect(jsonOf(readResult(text))).toBe(text);
    }
  });

  test("whatever fits on a line stays on it", () => {
    const lines = json.split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}\{ "atS": 3, .*"max": [\d.]+ \},?$/));
    const long = lines.filter((line) => line.length > 141 && !/[A-Za-z0-9+/=]{80}/.test(line));
    expect(long).toEqual([]);
  });

  test("any JSON value is written as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (extra) => {
        const text = jsonOf({ ...pass, extra } as typeof pass);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...pass, extra })));
      }),
    );
  });
});

describe("reading", () => {
  test("keys of a later version are kept", () => {
    const later = json.replace("{\n", '{\n  "later": { "a": [1] },\n');
    expect(readResult(later)).toMatchObject({ later: { a: [1] } });
  });

  const changed = (change: (document: Record<string, unknown>) => void) => {
    const document = JSON.parse(json);
    change(document);
    return JSON.stringify(document);
  };
  const bad: [string, string, RegExp][] = [
    ["not JSON", "{", /^not JSON: /],
    ["an array", "[]", /^the document: allowed is a Result \(an object\), found \[\]$/],
    ["another document", "{}", /^schema: allowed is "nightjar.result\/v1", found nothing$/],
    [
      "another version",
      changed((d) => {
        d.schema = "nightjar.result/v9";
      }),
      /^schema: allowed is "nightjar.result\/v1", found "nightjar.result\/v9", of a newer Night/,
    ],
    [
      "a key that lacks",
      changed((d) => {
        delete d.accounting;
      }),
      /^accounting: allowed is object, found nothing$/,
    ],
    [
      "a wrong kind deep inside",
      changed((d) => {
        (d.series as { p50: unknown }[])[3].p50 = "fast";
      }),
      /^series\[3\]\.p50: allowed is number or object or null, found "fast"$/,
    ],
    [
      "a word that is none of those allowed",
      changed((d) => {
        (d.verdict as { outcome: unknown }).outcome = "maybe";
      }),
      /^verdict\.outcome: allowed is "pass" or "fail" or "inconclusive", found "maybe"$/,
    ],
    [
      "a quantity of no kind",
      changed((d) => {
        (d.latencyMs as Record<string, { max: unknown }>).response.max = "long";
      }),
      /^latencyMs\.response\.max: allowed is number or object or null, found "long"$/,
    ],
    [
      "less than nothing",
      changed((d) => {
        (d.accounting as { due: unknown }).due = -1;
      }),
      /^accounting\.due: .*found -1$/,
    ],
  ];
  for (const [name, text, message] of bad) {
    test(name, () => {
      expect(() => readResult(text)).toThrow(NightjarError);
      expect(() => readResult(text)).toThrow(message);
    });
  }
});
