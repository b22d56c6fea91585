/** Somebody asked for the end before all had run: each report names those that did not. */
import { expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { cutShort } from "../fixtures/sample-several.ts";
import { htmlOfSeveral } from "../html/side-by-side.ts";
import { sideBySideOf } from "../human/side-by-side.ts";
import { junitOfSeveral } from "../junit/side-by-side.ts";
import { markdownOfSeveral } from "../markdown/side-by-side.ts";

const document = cutShort(deflateSync);
const WHY = "did not run, since the end was asked for before";

test("the table on a terminal", () => {
  const text = sideBySideOf(document, { columns: 80, color: false });
  expect(text).toContain(`\nfortio: ${WHY}\nvegeta: ${WHY}\n`);
});

test("the page", () => {
  const page = htmlOfSeveral(document, { inflate: inflateSync });
  expect(page).toContain("1 of 3 passes, 2 did not run");
  for (const name of document.notRun) expect(page).toContain(`<li>${name} ${WHY}</li>`);
});

test("the text for a pull request", () => {
  const text = markdownOfSeveral(document);
  expect(text).toContain("### ⚠️ INCONCLUSIVE: checkout, side by side\n\n1 of 3 passes, 2 did not");
  for (const name of document.notRun) expect(text).toContain(`- ⚠️ ${name} ${WHY}`);
});

test("an error of CI each, for a suite that is missing looks like one that passed", () => {
  const xml = junitOfSeveral(document);
  expect(xml).toContain('errors="2"');
  for (const name of document.notRun) expect(xml).toContain(`<testsuite name="checkout: ${name}"`);
  expect(xml).toContain(`it ${WHY}`);
});
