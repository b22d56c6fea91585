/** Where programs are found, and what they say of themselves. */
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";
import { DRIVERS } from "../drivers.ts";
import { findInstallation, type Program } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM: Program = {
  name: "thing",
  variable: "NIGHTJAR_THING",
  versionFlags: ["--version"],
  versionPattern: /(\d+\.\d+\.\d+\S*)/,
  howToGet: "get it from somewhere",
};

let scripts = 0;

function script(text: string): string {
  const path = join(folder, `thing-${scripts++}`);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const find = (environment: Record<string, string>) => findInstallation(PROGRAM, environment);

async function refusalOf(environment: Record<string, string>): Promise<NightjarError> {
  const refusal = await find(environment).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NightjarError);
  return refusal as NightjarError;
}

describe("found", () => {
  test("by its variable, which goes before the PATH", async () => {
    const path = script('[ "$1" = --version ] && echo thing 1.2.3');
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "thing"), "#!/bin/sh\necho 9.9.9\n", { mode: 0o755 });
    expect(await find({ NIGHTJAR_THING: path, PATH: bin })).toEqual({ path, version: "1.2.3" });
    expect(await find({ PATH: bin })).toEqual({ path: join(bin, "thing"), version: "9.9.9" });
    expect(await find({ NIGHTJAR_THING: "", PATH: bin })).toMatchObject({ version: "9.9.9" });
  });

  test.each([
    ["echo v10.20.30-rc1 >&2; exit 1", "10.20.30-rc1"],
    ["echo what?", "unknown"],
    ["kill -9 $$", "unknown"],
    ["head -c 300000 /dev/zero", "unknown"],
    [`printf '1.2.3%0100d' 0`, `1.2.3${"0".repeat(35)}`],
  ])("of what it says (%s) the version is %s", async (text, version) => {
    expect(await find({ NIGHTJAR_THING: script(text) })).toMatchObject({ version });
  });
});

describe("not found", () => {
  test("nowhere: both ways are named, and how to get it", async () => {
    const { code, message, hint } = await refusalOf({ PATH: folder });
    expect([code, hint]).toEqual(["file", "get it from somewhere"]);
    expect(message).toBe("thing is not on the PATH, and NIGHTJAR_THING does not name it");
  });

  test.each([
    ["none", "there is no such file"],
    [".", "it is not a file"],
    ["plain", "it may not be executed"],
  ])("%s: %s", async (name, fault) => {
    writeFileSync(join(folder, "plain"), "", { mode: 0o644 });
    const path = join(folder, name);
    const { message } = await refusalOf({ NIGHTJAR_THING: path });
    expect(message).toBe(`NIGHTJAR_THING=${path}: ${fault}`);
  });
});

describe("wrk and wrk2 are both called wrk", () => {
  const usage = (rate: string) =>
    `printf 'wrk 4.1.0 [epoll] Copyright\\nUsage: wrk <options> <url>\\n${rate}'; exit 1`;
  const wrk = usage("");
  const wrk2 = usage("    -R, --rate        <T>  work rate (throughput)\\n");
  const found = (name: "wrk" | "wrk2", text: string) => {
    const { program } = DRIVERS[name];
    return findInstallation(program, { [program.variable]: script(text) });
  };

  test("each is driven as what it is", async () => {
    expect(await found("wrk", wrk)).toMatchObject({ version: "4.1.0" });
    expect(await found("wrk2", wrk2)).toMatchObject({ version: "4.1.0" });
  });

  test("and as nothing else, before anything is sent", async () => {
    const wrong = [found("wrk2", wrk), found("wrk", wrk2)] as const;
    const [asWrk2, asWrk] = await Promise.all(wrong.map((one) => one.catch((error) => error)));
    expect(asWrk2.message).toMatch(/^NIGHTJAR_WRK2=.*: it is wrk, which keeps to no rate$/);
    expect(asWrk2.hint).toContain("build https://github.com/giltene/wrk2");
    expect(asWrk.message).toMatch(/^NIGHTJAR_WRK=.*: it is wrk2, another program$/);
  });
});
