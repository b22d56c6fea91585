/** The single executable: built once, then used from an empty folder, with nothing but a PATH. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { cli, makeFolder, type Said } from "./child-cli.ts";
import { BUILD_TARGETS } from "./options/build.ts";

const shelf = makeFolder();
const empty = join(shelf.path, "empty");
const executable = join(shelf.path, "nightjar");
const BUILD_LIMIT_MS = 120_000;
const LIMIT_MS = 120_000;

let built: Said;
beforeAll(async () => {
  mkdirSync(empty);
  built = await cli(["build", "--outfile", "nightjar"], { cwd: shelf.path });
}, BUILD_LIMIT_MS);
afterAll(() => shelf.remove());

function start(...args: string[]) {
  return Bun.spawn([executable, ...args], {
    cwd: empty,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    timeout: LIMIT_MS,
  });
}

async function use(...args: string[]): Promise<Said> {
  const child = start(...args);
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

/** As this machine's is called. */
const OWN_TARGET = `bun-${process.platform}-${process.arch}`;

const proofs: Record<string, () => Promise<void>> = {
  "--outfile": async () => {
    expect([built.code, built.err]).toEqual([0, ""]);
    expect(built.out).toMatch(/^nightjar: nightjar [\d.]+ · this machine · \d+ MB\n$/);
    expect(statSync(executable).mode & 0o111).not.toBe(0);
    const { code, err } = await cli(["build", "--outfile", "none/nightjar"], { cwd: shelf.path });
    expect(code).toBe(2);
    expect(err).toBe("nightjar: --outfile: none/nightjar: its folder does not exist\n");
  },
  "--target": async () => {
    const args = ["build", "--outfile", "own", "--target", OWN_TARGET];
    const { code, out } = await cli(args, { cwd: shelf.path });
    expect([code, out]).toEqual([0, expect.stringContaining(OWN_TARGET)]);
  },
};

describe("the option", () => {
  test.each(Object.keys(proofs))("%s", (flag) => proofs[flag](), BUILD_LIMIT_MS);
});

test(
  "a machine whose Bun cannot be fetched is said so, and nothing is left",
  async () => {
    const other = BUILD_TARGETS.find((target) => target !== OWN_TARGET) as string;
    const nowhere = "http://127.0.0.1:9";
    const env = {
      HOME: shelf.path,
      BUN_INSTALL: shelf.path,
      http_proxy: nowhere,
      https_proxy: nowhere,
    };
    const args = ["build", "--outfile", "other", "--target", other];
    const { code, err } = await cli(args, { cwd: shelf.path, env });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^nightjar: build: Failed to download '.*'.*\n {2}another machine's Bun comes/,
    );
    expect(existsSync(join(shelf.path, "other"))).toBe(false);
  },
  BUILD_LIMIT_MS,
);

describe("the executable", () => {
  test("knows its version, and builds no other", async () => {
    expect(await use("--version")).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
    const { code, err } = await use("build");
    expect(code).toBe(2);
    expect(err).toContain("build: this is the single executable itself");
  });

  test("serves, and runs with workers of its own", async () => {
    const server = start("testserver", "--behaviour", "delay=1ms", "--until-eof");
    const { value } = await server.stdout.getReader().read();
    const url = /listening on (\S+)/.exec(new TextDecoder().decode(value))?.[1] as string;
    const load = ["--rate", "200", "--requests", "120", "--workers", "2"];
    const { out, err } = await use("run", url, ...load, "--output", "json=result.json");
    server.stdin.end();
    expect(`${out}${err}`).toMatch(/^(PASS|INCONCLUSIVE) /);
    const result = resultSchema.parse(await Bun.file(join(empty, "result.json")).json());
    expect(result.children.map(({ end }) => end.outcome)).toEqual(["done", "done"]);
    expect(result.accounting).toMatchObject({ due: 120, completed: 120 });
    expect(await server.exited).toBe(0);
    expect(readdirSync(empty)).toEqual(["result.json"]);
  });

  test("is not changed by the folder that it is started in", async () => {
    await Bun.write(join(empty, "bunfig.toml"), 'preload = ["./none.ts"]\n');
    await Bun.write(join(empty, ".env"), "NO_COLOR=1\n");
    expect((await use("--version")).code).toBe(0);
  });
});
