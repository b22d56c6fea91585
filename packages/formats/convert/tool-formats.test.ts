/** Each result of another tool, into everything that is written of a Result. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { NightjarError } from "@nightjar/core/errors.ts";
import { WHOLE_JSON } from "../nighthawk/fixtures/whole-output.ts";
import { resultIn } from "./content.ts";
import { CONVERT_FORMATS, convertFormat } from "./formats.ts";
import { TOOL_FORMATS } from "./tool-formats.ts";

const fixture = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const context = { deflate: deflateSync, inflate: inflateSync };

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ["fortio", fixture("fortio/fixtures/errors.json.txt")],
  ["fortio", fixture("fortio/fixtures/refused.json.txt")],
  ["nighthawk", WHOLE_JSON],
  ["nighthawk", fixture("nighthawk/fixtures/output_formatter.json.gold")],
  ["vegeta", fixture("vegeta/fixtures/errors.json.txt")],
  ["vegeta", fixture("vegeta/fixtures/buckets.json.txt")],
  ["wrk", fixture("wrk/fixtures/wrk-latency.txt")],
  ["wrk", fixture("wrk/fixtures/wrk2-both-spectra.txt")],
  ["wrk", fixture("wrk/fixtures/wrk2-non-2xx.txt")],
  ["wrk", fixture("wrk/fixtures/wrk2-hung.txt")],
];

test("each tool has a document here", () => {
  const names = new Set(DOCUMENTS.map(([name]) => name));
  expect([...names].sort()).toEqual(TOOL_FORMATS.map(({ name }) => name).sort());
});

describe.each(DOCUMENTS.map(([name, text], at) => [`${at} ${name}`, name, text] as const))(
  "%s",
  (_, name, text) => {
    const row = TOOL_FORMATS.find((one) => one.name === name)!;
    const { value: content, notes } = row.parse!(text, context);

    test("a note says what the document does not say", () => {
      const { absent, assumed } = resultIn(content).source!;
      expect(notes[0]).toMatch(/^not said by the document: .*accounting, /);
      expect(notes[0]).toEndWith(absent.at(-1)!);
      const rest = [`not said either, and assumed: ${assumed.join(", ")}`];
      expect(notes.slice(1)).toEqual(assumed.length === 0 ? [] : rest);
    });

    const targets = CONVERT_FORMATS.filter(({ writes }) => writes.includes("result"));
    test.each(targets.map((target) => target.name))("as %s, or in a sentence why not", (to) => {
      try {
        const { value } = convertFormat(to).print!(content, context);
        expect(value.length).toBeGreaterThan(0);
        expect(JSON.stringify(value)).not.toMatch(/\bNaN\b|\bundefined\b|Infinity/);
      } catch (error) {
        if (!(error instanceof NightjarError)) throw error;
        expect(error.message).toMatch(/histogram|single seconds|percentiles/);
      }
    });
  },
);

test("fortio is written and read again", () => {
  const [fortio] = TOOL_FORMATS;
  const content = fortio.parse!(DOCUMENTS[0][1], context).value;
  const { value, notes } = fortio.print!(content, context);
  expect(notes).toContain("fortio: errors have no histogram of their own");
  expect(fortio.parse!(value, context).value).toMatchObject({
    result: { populations: { ok: 355, error: 45 } },
  });
});
