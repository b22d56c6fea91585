/** Options of `convert`, each by a real conversion that fails without it. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { cli, makeFolder } from "../child-cli.ts";
import { CONVERT_OPTIONS } from "../options/convert.ts";
import type { Proofs } from "./trial.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

beforeEach(() => {
  folder.write("smp.yaml", 'clients: [{ rps: 5, endpoint_urls: ["http://127.0.0.1:1/"] }]\n');
});

async function converted(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(["convert", "smp.yaml", ...args], { cwd: folder.path });
  expect([code, err.includes("nightjar:")]).toEqual([0, false]);
  return out;
}

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(["convert", "smp.yaml", ...args], { cwd: folder.path });
  expect([code, out]).toEqual([2, ""]);
  return err;
}

const PROOFS: Proofs = {
  "--from": async () => {
    expect(await converted("--from", "smp", "--to", "plan")).toContain("rate: 5");
    expect(await refused("--from", "plan", "--to", "plan")).toContain('unknown key "clients"');
    expect(await refused("--to", "plan")).toStartWith("nightjar: --from: a format is wanted");
  },
  "--to": async () => {
    expect(await converted("--from", "smp", "--to", "smp")).toContain("endpointUrls:");
    expect(await converted("--from", "smp", "--to", "smp-classic")).toContain("endpoint_urls:");
    expect(await refused("--from", "smp")).toStartWith("nightjar: --to: a format is wanted");
  },
  "--outfile": async () => {
    const line = ["--from", "smp", "--to", "plan"];
    const printed = await converted(...line);
    expect(await converted(...line, "--outfile", "plan.yaml")).toBe("");
    expect(folder.read("plan.yaml")).toBe(printed);
  },
  "--latency-unit": async () => {
    const latencies = "start_time: 2026-03-14T09:26:53Z\nend_time: 2026-03-14T09:26:54Z\n";
    folder.write("smp.yaml", `${latencies}latencies_ms: { max: 0.25 }\n`);
    const line = ["--from", "smp-result", "--to", "result"];
    expect(await refused(...line)).toContain("as likely seconds");
    expect(await converted(...line, "--latency-unit", "s")).toContain('"max": 250');
    expect(await converted(...line, "--latency-unit", "ms")).toContain('"max": 0.25');
    expect(await refused("--from", "smp", "--to", "plan", "--latency-unit", "ms")).toStartWith(
      "nightjar: --latency-unit: smp says its unit itself\n",
    );
  },
  "--syntax": async () => {
    const line = ["--from", "smp", "--to", "plan"];
    expect(JSON.parse(await converted(...line, "--syntax", "json"))).toMatchObject({
      load: { rate: 5 },
    });
    expect(await converted(...line, "--syntax", "yaml")).toBe(await converted(...line));
  },
};

test("each row of the table has its proof, and no proof is of a row that is gone", () => {
  expect(Object.keys(PROOFS).sort()).toEqual(CONVERT_OPTIONS.map(({ flag }) => flag).sort());
});

describe("the option", () => {
  test.each(Object.keys(PROOFS))("%s", (flag) => PROOFS[flag]());
});
