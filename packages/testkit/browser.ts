/** A real browser for what is looked at: the part `chromium`, driven by playwright-core. */
import { readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { requirePart } from "./parts.ts";

export type { Browser, Page };

/** Its own sandbox does not run as root. @throws MissingPart */
export function startBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: requirePart("chromium"), args });
}

export interface Visit {
  readonly page: Page;
  /** What it asked for beside itself. */
  readonly requests: readonly string[];
  /** Errors and warnings of its console, uncaught errors, dialogs. */
  readonly complaints: readonly string[];
}

export interface Look {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}

/** Opens it, and listens from before its first byte. */
export async function visit(browser: Browser, url: string, look: Look): Promise<Visit> {
  const { width, colorScheme } = look;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints };
}

/** Letters are not smaller than so much, as they are shown. */
const LEAST_FONT_PX = 9;
const source = readFileSync(new URL("./text-faults.js", import.meta.url), "utf8");
const TEXT_FAULTS = source.trim().replace(/;$/, "");

/** Where text of a page leaves its place, covers other text or is too small: a sentence each. */
export function textFaults(page: Page): Promise<string[]> {
  return page.evaluate(`(${TEXT_FAULTS})(${LEAST_FONT_PX})`);
}
