/** Why a report of a converted document has no number somewhere: each reason by its own sign. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { sample } from "../fixtures/sample-results.ts";
import { htmlOf } from "../html/html.ts";
import { reportOf } from "../human/report.ts";
import { markdownOf } from "../markdown/markdown.ts";
import { resultIn } from "./content.ts";
import { convertFormat } from "./formats.ts";

const context = { deflate: deflateSync, inflate: inflateSync };

function read(format: string, path: string) {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const row = convertFormat(format);
  if (row.syntax !== "text") throw new Error("not a text");
  return resultIn(row.parse!(text, context).value);
}

const FEW = "too few samples for a 95 % interval";
const UNSAID = "not said by the document";

/** wrk states p50, p75, p90 and p99; vegeta p50, p90, p95 and p99, here of 200 requests. */
const CASES = [
  ["wrk", "wrk/fixtures/wrk-latency.txt", { few: false, unsaid: true }],
  ["fortio", "fortio/fixtures/errors.json.txt", { few: true, unsaid: false }],
  ["vegeta", "vegeta/fixtures/errors.json.txt", { few: true, unsaid: true }],
] as const;

test.each(CASES)("%s: the table for people", (format, path, { few, unsaid }) => {
  const result = read(format, path);
  const text = reportOf(result, { columns: 80, color: false, inflate: inflateSync });
  const words = text.replace(/\s+/g, " ");
  expect([words.includes(`– ${FEW}`), words.includes(`? ${UNSAID}`)]).toEqual([few, unsaid]);
  const cells = [...text.matchAll(/^ {2}(?:min|mean|p[\d.]+|max) +(\S+)$/gm)].map(
    ([, cell]) => cell,
  );
  expect([cells.includes("–"), cells.includes("?")]).toEqual([few, unsaid]);
});

test.each(CASES)("%s: Markdown", (format, path, { few, unsaid }) => {
  const text = markdownOf(read(format, path));
  expect([text.includes(`\`–\`: ${FEW}`), text.includes(`\`?\`: ${UNSAID}`)]).toEqual([
    few,
    unsaid,
  ]);
});

test.each(CASES)("%s: the page", (format, path, { few, unsaid }) => {
  const page = htmlOf(read(format, path), context).replaceAll("\u00a0", " ");
  const [, caption] = /<p class="caption">([^<]*)<\/p>/.exec(page)!;
  expect([caption.includes(`–: ${FEW}`), caption.includes(`?: ${UNSAID}`)]).toEqual([few, unsaid]);
  expect(page.includes(`service: ${UNSAID}`)).toBe(unsaid);
});

test("of a log neither least nor mean is said, and of our own Result everything is", () => {
  const row = convertFormat("hlog");
  if (row.syntax !== "text") throw new Error("not a text");
  const pass = sample("pass", deflateSync);
  const hlog = row.print!({ noun: "result", result: pass }, context).value;
  const again = resultIn(row.parse!(hlog, context).value);
  expect(markdownOf(again)).toContain("| mean | ? | ? |");
  expect(markdownOf(pass)).not.toContain(UNSAID);
});
