/** What zsh and fish make of their scripts. */
import { afterAll, expect, test } from "bun:test";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { fishScript } from "./fish.ts";
import { TRIALS, trialFolder } from "./trials.ts";
import { wordsTyped, zsh } from "./typist.ts";
import { zshScript } from "./zsh.ts";

const folder = trialFolder();
afterAll(() => folder.remove());

test("zsh completes commands, options, choices and files", async () => {
  const shell = zsh(requirePart("zsh"));
  const lines = TRIALS.map(([line]) => line);
  const words = await wordsTyped(shell, zshScript(), folder.path, lines);
  expect(words.map((of) => of.join(" "))).toEqual(TRIALS.map(([, said]) => said));
});

/** What fish would offer for a line, without the descriptions. */
async function offered(line: string): Promise<string[]> {
  folder.write("nightjar.fish", fishScript());
  const command = `source nightjar.fish; complete -C '${line}'`;
  const child = Bun.spawn([requirePart("fish"), "--no-config", "-c", command], {
    cwd: folder.path,
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, HOME: folder.path },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(err).toBe("");
  return out.split("\n").flatMap((row) => (row === "" ? [] : [row.split("\t")[0]]));
}

test("fish offers commands, options, choices and files", async () => {
  expect(await offered("nightjar dem")).toEqual(["demo"]);
  expect(await offered("nightjar plan ")).toEqual(["check"]);
  expect(await offered("nightjar completion ")).toEqual(["bash", "fish", "zsh"]);
  expect(await offered("nightjar help tests")).toEqual(["testserver"]);
  expect(await offered("nightjar run --conne")).toEqual(["--connections", "--connect-timeout"]);
  expect(await offered("nightjar plan check --no-c")).toEqual([]);
  expect(await offered("./nightjar run --model ")).toEqual(["closed", "open"]);
  expect(await offered("nightjar run --name plan --idle=sl")).toEqual(["--idle=sleep"]);
  expect(await offered("nightjar run plan-of")).toEqual(["plan-of-a-test.yaml"]);
  expect(await offered("nightjar run --cacert orig")).toEqual(["origin.pem"]);
  expect(await offered("nightjar run --body @ord")).toEqual(["@order.json"]);
  expect(await offered("nightjar run coll")).toEqual(["collect"]);
  expect(await offered("nightjar run collect --ex")).toEqual(["--exclude"]);
  expect(await offered("nightjar run collect --rat")).toEqual([]);
  expect(await offered("nightjar run --rate orig")).toEqual([]);
  expect(await offered("nightjar run --output json=resu")).toEqual(["json=result.json"]);
  expect(await offered("nightjar run --output ")).toContain("human");
});
