/** `nightjar explain -`: a pipe, a file, nothing, a folder. */
import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { sample } from "@nightjar/formats/fixtures/sample-results.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { cli, makeFolder } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;
const LIMIT_MS = 120_000;
const json = jsonOf(sample("fail", deflateSync));
folder.write("r.json", json);

async function explainOf(stdin: Uint8Array | number | "ignore") {
  const child = Bun.spawn([NIGHTJAR, "explain", "-"], { stdin, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { out, err, code: await child.exited };
}

async function explainFrom(path: string) {
  const file = openSync(path, "r");
  const said = await explainOf(file);
  closeSync(file);
  return said;
}

test(
  "from a pipe and from a file as by its name",
  async () => {
    const named = await cli(["explain", "r.json"], { cwd: folder.path });
    expect(named.out).toStartWith("FAIL");
    expect(await explainOf(new TextEncoder().encode(json))).toEqual(named);
    expect(await explainFrom(`${folder.path}/r.json`)).toEqual(named);
  },
  LIMIT_MS,
);

test(
  "of nothing, or of a folder, one clear error",
  async () => {
    const { err, ...nothing } = await explainOf("ignore");
    expect(nothing).toEqual({ out: "", code: 2 });
    expect(err).toStartWith("nightjar: standard input: not JSON: ");
    const folderSaid = await explainFrom(folder.path);
    expect(folderSaid).toMatchObject({ out: "", code: 2 });
    expect(folderSaid.err).toBe("nightjar: standard input: it is a folder\n");
  },
  LIMIT_MS,
);
