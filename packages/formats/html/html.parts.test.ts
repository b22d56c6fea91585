/** The report in a real browser: it asks for nothing, complains of nothing, all text has room. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { DARK, LIGHT } from "@nightjar/charts/theme.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type Look, textFaults } from "@nightjar/testkit/browser.ts";
import { LOOKS, ReportPages } from "@nightjar/testkit/report-pages.ts";
import { oddResult } from "../fixtures/odd-results.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { junitOf } from "../junit/junit.ts";
import { htmlOf } from "./html.ts";

let pages: ReportPages;
beforeAll(async () => {
  pages = await ReportPages.start();
});
afterAll(() => pages?.close());

function open(result: ResultDocument, look: Look) {
  return pages.open(htmlOf(result, { inflate: inflateSync }), look);
}

describe("the samples", () => {
  test.each(SAMPLE_NAMES)("%s", async (name) => {
    for (const look of LOOKS) {
      const { page, requests, complaints } = await open(sample(name, deflateSync), look);
      const faults = await textFaults(page);
      expect({ look, requests, complaints, faults }).toEqual({
        ...{ look, requests: [], complaints: [], faults: [] },
      });
      await page.close();
    }
  });
});

test("odd Results have room too", async () => {
  for (let seed = 0; seed < 16; seed++) {
    const { page, requests, complaints } = await open(
      oddResult(seed, deflateSync),
      LOOKS[seed % 4],
    );
    const faults = await textFaults(page);
    expect({ seed, requests, complaints, faults }).toEqual({
      ...{ seed, requests: [], complaints: [], faults: [] },
    });
    await page.close();
  }
});

const parts = () => sample("parts", deflateSync);

test("all sections are there, and each has a height", async () => {
  const { page } = await open(parts(), LOOKS[0]);
  const heights = await page.$$eval("section", (all) =>
    all.map((one) => [one.id, one.getBoundingClientRect().height > 20]),
  );
  const ids = [
    ...["verdict", "numbers", "thresholds", "latency", "course", "errors", "stages", "targets"],
    ...["backends", "headers", "probe", "words", "accounts", "health", "plan", "environment"],
    "reading",
  ];
  expect(heights).toEqual(ids.map((id) => [id, true]));
  await page.close();
});

test("a page has the pictures for pages, a phone those for phones", async () => {
  for (const look of LOOKS) {
    const { page } = await open(parts(), look);
    const shown = await page.$$eval("svg", (all) =>
      all.filter((svg) => svg.getClientRects().length > 0).map((svg) => svg.viewBox.baseVal.width),
    );
    expect(new Set(shown)).toEqual(new Set([look.width > 700 ? 880 : 380]));
    await page.close();
  }
});

test("it is light or dark as its reader, and light on paper with nothing folded", async () => {
  const { page } = await open(parts(), { width: 1000, colorScheme: "dark" });
  const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  const rgb = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return `rgb(${r}, ${g}, ${b})`;
  };
  const planHeight = () =>
    page.$eval("#plan pre", (element) => element.getBoundingClientRect().height);
  expect(await ground()).toBe(rgb(DARK.page));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await ground()).toBe(rgb(LIGHT.page));
  expect(await planHeight()).toBeGreaterThan(100);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
  await page.close();
});

test("a hint is told where the pointer rests", async () => {
  const { page } = await open(parts(), LOOKS[0]);
  const hints = await page.$$eval("#rates .on-page .nj-hint title", (all) =>
    all.map((title) => title.textContent),
  );
  expect(hints).toContain("6–7 s\n800/s offered\n800/s answered");
  await page.close();
});

test("what others wrote runs nothing and loads nothing", async () => {
  const image = `<img src="http://127.0.0.1:9/x.png" onerror="alert(2)">`;
  const hostile = `</title></style></svg><script>alert(1)</script>${image}`;
  const { targets, backends } = parts();
  const result: ResultDocument = {
    ...parts(),
    name: hostile,
    labels: { [hostile]: hostile },
    backends: { [hostile]: Object.values(backends)[0] },
    targets: targets.map((target) => ({ ...target, name: hostile, url: hostile })),
    errors: { [hostile]: 1 },
    errorSamples: { [hostile]: { count: 1, sample: hostile, atS: 1 } },
    plan: { [hostile]: hostile },
  };
  for (const look of LOOKS) {
    const { page, requests, complaints } = await open(result, look);
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    expect(await page.textContent("h1")).toBe(hostile);
    expect(await page.$$eval("script,img", (all) => all.length)).toBe(0);
    expect(await textFaults(page)).toEqual([]);
    await page.close();
  }
});

test("JUnit XML is XML to a browser too, whatever others wrote", async () => {
  const { page } = await open(parts(), LOOKS[0]);
  for (const text of ["]]><&\"'", "\u0000\u0008\ud800", "\u202e\ufffe a\nb\t"]) {
    const thresholds = [{ expr: text, value: 1, ok: false }];
    const xml = junitOf({ ...parts(), name: text, labels: { [text]: text }, thresholds });
    const root = await page.evaluate(`(() => {
      const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, "application/xml");
      return [parsed.documentElement.nodeName, parsed.querySelectorAll("failure").length];
    })()`);
    expect(root).toEqual(["testsuites", 1]);
  }
  await page.close();
});
