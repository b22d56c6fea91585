/**
 * Real fortio, which serves documents as its report does, and the code of its own pages, which
 * reckons what they draw: it is run here as the browser runs it, without the page.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import type { Subprocess } from "bun";
import { requirePart } from "./parts.ts";

export interface FortioChart {
  readonly title: readonly string[];
  /** Percent by milliseconds. */
  readonly dataP: readonly { readonly x: number; readonly y: number }[];
  /** Counts by milliseconds. */
  readonly dataH: readonly { readonly x: number; readonly y: number }[];
}

/** Fortio says in its log where it listens: on a port that was free. */
async function addressIn(log: string, server: Subprocess): Promise<string> {
  for (;;) {
    const said = readFileSync(log, "utf8");
    const found = /report server listening on tcp (127\.0\.0\.1:\d+)/.exec(said);
    if (found && said.includes("servers started")) return `http://${found[1]}`;
    if (server.exitCode !== null) throw new Error(`fortio report has ended: ${said}`);
    await Bun.sleep(20);
  }
}

export class FortioReport {
  private constructor(
    private readonly folder: string,
    private readonly server: Subprocess,
    private readonly base: string,
    private readonly chartOf: (result: unknown) => FortioChart,
  ) {}

  /** @param documents by name, without `.json`. @throws MissingPart */
  static async open(documents: Readonly<Record<string, string>>): Promise<FortioReport> {
    const fortio = requirePart("fortio");
    const folder = mkdtempSync(join(tmpdir(), "nightjar-fortio-"));
    for (const [name, text] of Object.entries(documents)) {
      writeFileSync(join(folder, `${name}.json`), text);
    }
    const log = join(folder, "report.log");
    writeFileSync(log, "");
    const ports = ["-http-port", "127.0.0.1:0", "-redirect-port", "disabled"];
    const command = [fortio, "report", "-loglevel", "Info", ...ports, "-data-dir", folder];
    const server = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: Bun.file(log) });
    const base = await addressIn(log, server);
    return new FortioReport(folder, server, base, await chartCode(base));
  }

  /** The table of what it serves. */
  async index(): Promise<string> {
    return (await fetch(`${this.base}/data/index.tsv`)).text();
  }

  async served(name: string): Promise<unknown> {
    return (await fetch(`${this.base}/data/${name}.json`)).json();
  }

  /** What its page draws of a result. */
  chart(result: unknown): FortioChart {
    return this.chartOf(result);
  }

  async close(): Promise<void> {
    this.server.kill();
    await this.server.exited;
    rmSync(this.folder, { recursive: true });
  }
}

async function chartCode(base: string): Promise<(result: unknown) => FortioChart> {
  const page = await (await fetch(`${base}/`)).text();
  const [, script] = /src="([^"]*fortio_chart\.js)"/.exec(page) ?? [];
  const code = await (await fetch(new URL(script, `${base}/`))).text();
  // Its last line sets a colour of the library that paints; what is drawn is reckoned without it.
  const library = { Chart: { defaults: { global: {} } } };
  return runInNewContext(`${code}; fortioResultToJsChartData`, library);
}

/** What is wrong with a chart, as one would see it; empty: nothing. */
export function faultsOf({ title, dataP, dataH }: FortioChart): string[] {
  const numbers = [...dataP, ...dataH].flatMap(({ x, y }) => [x, Number(y)]);
  const rises = (values: readonly number[]) => values.every((v, at) => !(v < values[at - 1]));
  const xs = (of: FortioChart["dataP"]) => of.map(({ x }) => x);
  // At the least value fortio begins with one of all, and Nighthawk's documents with 0 %.
  const percents = dataP.filter(({ x }) => x !== dataP[1]?.x).map(({ y }) => y);
  // Nighthawk's documents have jitter, and no word of fortio's `Uniform`.
  const said = title.join("\n").replace("uniform: undefined", "");
  return [
    ...(/NaN|undefined|null/.test(said) ? [`title: ${said}`] : []),
    ...(numbers.every(Number.isFinite) ? [] : ["a point that is no number"]),
    ...(rises(xs(dataP)) && rises(percents) ? [] : ["percentages that fall"]),
    ...(rises(xs(dataH)) ? [] : ["buckets that go back"]),
    ...(dataP.length > 1 && dataP.at(-1)?.y !== 100 ? ["it does not end at 100 %"] : []),
  ];
}
