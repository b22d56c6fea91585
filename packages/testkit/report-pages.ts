/** Report pages in a real browser: in the widths and colours that people have. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Look, startBrowser, visit } from "./browser.ts";

export const LOOKS: readonly Look[] = [
  { width: 1200, colorScheme: "light" },
  { width: 720, colorScheme: "dark" },
  { width: 390, colorScheme: "dark" },
  { width: 320, colorScheme: "light" },
];

export class ReportPages {
  private readonly folder = mkdtempSync(join(tmpdir(), "nightjar-html-"));

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<ReportPages> {
    return new ReportPages(await startBrowser());
  }

  /** As somebody opens the file. */
  open(html: string, look: Look): ReturnType<typeof visit> {
    const path = join(this.folder, "report.html");
    writeFileSync(path, html);
    return visit(this.browser, pathToFileURL(path).href, look);
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
