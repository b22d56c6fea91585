/** Files that are written: what is refused before anything runs, and left as it was. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { linkSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cli, type Folder, makeFolder } from "./child-cli.ts";
import { openOutput } from "./files.ts";
import { openOutputs } from "./outputs.ts";

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const inside = (name: string) => join(folder.path, name);

describe("a place that cannot be written is one sentence, also where nobody may look", () => {
  test.each([
    ["none/r.json", "its folder does not exist"],
    ["folder", "it is a folder"],
    ["file/r.json", "a part of its path is no folder"],
    ["circle", "its links lead round in a circle"],
    ["circle/r.json", "its links lead round in a circle"],
    ["x".repeat(300), "its name is too long"],
  ])("%s", (name, reason) => {
    mkdirSync(inside("folder"));
    folder.write("file", "");
    symlinkSync("circle", inside("circle"));
    const path = inside(name);
    expect(() => openOutput(path)).toThrow(`${path}: ${reason}`);
    expect(readdirSync(folder.path).sort()).toEqual(["circle", "file", "folder"]);
  });

  // Root alone may become somebody else.
  test.skipIf(process.getuid?.() !== 0)("for who may not search the folder", async () => {
    const place = inside("closed");
    mkdirSync(place, { mode: 0o700 });
    const script = `import { openOutput } from "${import.meta.dir}/files.ts";
      process.setgid(65534); process.setuid(65534);
      try { openOutput("${place}/r.json"); }
      catch (error) { console.log(error.code, error.message); }`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    const said = await new Response(child.stdout).text();
    expect(said).toBe(`bad-usage ${place}/r.json: it may not be read or written\n`);
  });
});

describe("two outputs in one file are refused, by whatever name", () => {
  test.each([
    ["r.json", () => {}],
    ["./r.json", () => {}],
    ["link", () => symlinkSync("r.json", inside("link"))],
    ["twin", () => linkSync(inside("r.json"), inside("twin"))],
  ])("%s", (other, make) => {
    folder.write("r.json", "kept");
    make();
    const open = () => openOutputs([`json=${inside("r.json")}`, `csv=${folder.path}/${other}`]);
    expect(open).toThrow(`--output: ${folder.path}/${other} is named twice`);
    expect(folder.read("r.json")).toBe("kept");
  });
});

/** The compiler would put its file in the place of the pipe, or of /dev/null. */
test("build does not replace a pipe or a device", async () => {
  Bun.spawnSync(["mkfifo", inside("pipe")]);
  const { code, err } = await cli(["build", "--outfile", "pipe"], { cwd: folder.path });
  expect([code, err]).toEqual([2, "nightjar: --outfile: pipe: it is a pipe or a device\n"]);
  expect(lstatSync(inside("pipe")).isFIFO()).toBeTrue();
  symlinkSync("/dev/null", inside("null"));
  expect((await cli(["build", "--outfile", "null"], { cwd: folder.path })).code).toBe(2);
  expect(statSync("/dev/null").isCharacterDevice()).toBeTrue();
});
