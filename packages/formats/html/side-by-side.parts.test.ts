/** The page of several runs in a real browser: it asks for nothing, and all text has room. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { type Look, type Page, textFaults } from "@nightjar/testkit/browser.ts";
import { LOOKS, ReportPages } from "@nightjar/testkit/report-pages.ts";
import { SAMPLE_NAMES } from "../fixtures/sample-results.ts";
import { byClients, byGenerators } from "../fixtures/sample-several.ts";
import { junitOfSeveral } from "../junit/side-by-side.ts";
import { htmlOfSeveral } from "./side-by-side.ts";

let pages: ReportPages;
beforeAll(async () => {
  pages = await ReportPages.start();
});
afterAll(() => pages?.close());

function open(document: SideBySide, look: Look) {
  return pages.open(htmlOfSeveral(document, { inflate: inflateSync }), look);
}

function unfold(page: Page): Promise<void> {
  return page.$$eval("details", (all) => {
    for (const one of all) one.setAttribute("open", "");
  });
}

const generators = byGenerators(deflateSync);
const long = { ...generators, name: "x".repeat(300) };
long.results = long.results.map((result, at) => ({
  ...result,
  generator: { ...result.generator, name: `a generator of a long name ${at}`.repeat(3) },
}));

test.each<[string, SideBySide]>([
  ["generators", generators],
  ["clients", byClients(deflateSync)],
  ["many", byClients(deflateSync, SAMPLE_NAMES)],
  ["long names", long],
])("%s, folded and unfolded", async (_, document) => {
  for (const look of LOOKS) {
    const { page, requests, complaints } = await open(document, look);
    const folded = await textFaults(page);
    await unfold(page);
    const unfolded = await textFaults(page);
    expect({ look, requests, complaints, folded, unfolded }).toEqual({
      ...{ look, requests: [], complaints: [], folded: [], unfolded: [] },
    });
    await page.close();
  }
});

test("a name in the table leads to its report", async () => {
  const { page, requests } = await open(generators, LOOKS[0]);
  await page.click("#comparison a >> text=fortio");
  const top = await page.$eval("#run-2", (element) => element.getBoundingClientRect().top);
  expect(Math.abs(top)).toBeLessThan(5);
  expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
  await page.close();
});

test("on paper nothing is folded", async () => {
  const { page } = await open(generators, LOOKS[0]);
  await page.emulateMedia({ media: "print" });
  const heights = await page.$$eval("details.whole", (all) =>
    all.map((one) => one.getBoundingClientRect().height > 2000),
  );
  expect(heights).toEqual([true, true]);
  await page.close();
});

test("JUnit XML of several is XML to a browser too", async () => {
  const { page } = await open(generators, LOOKS[0]);
  const xml = junitOfSeveral(generators);
  const found = await page.evaluate(`(() => {
    const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, "application/xml");
    return [parsed.documentElement.nodeName, parsed.querySelectorAll("testsuite").length];
  })()`);
  expect(found).toEqual(["testsuites", 3]);
  await page.close();
});
