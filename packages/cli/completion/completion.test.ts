/** `nightjar completion`: what the scripts hold, and what bash makes of its own. */
import { afterAll, describe, expect, test } from "bun:test";
import { cli } from "../child-cli.ts";
import { COMMANDS, SHELLS } from "../commands.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { TRIALS, trialFolder } from "./trials.ts";
import { BASH, wordsTyped } from "./typist.ts";
import { zshScript } from "./zsh.ts";

const folder = trialFolder();
afterAll(() => folder.remove());

const scripts = { bash: bashScript(), zsh: zshScript(), fish: fishScript() };

describe("the script for", () => {
  test.each(SHELLS)("%s is printed", async (shell) => {
    const said = await cli(["completion", shell]);
    expect(said).toEqual({ code: 0, out: scripts[shell], err: "" });
  });

  test.each(SHELLS)("%s has each command, option and choice", (shell) => {
    for (const { name, options } of COMMANDS) {
      for (const word of name.split(" ")) expect(scripts[shell]).toContain(word);
      for (const { flag, choices = [] } of options) {
        expect(scripts[shell]).toContain(shell === "fish" ? ` -l ${flag.slice(2)}` : flag);
        expect(scripts[shell]).toContain(choices.join(" "));
      }
    }
  });
});

test("another shell is refused, with the nearest", async () => {
  const { code, out, err } = await cli(["completion", "zhs"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toBe(
    'nightjar: completion: one of bash, zsh, fish is wanted, found "zhs" (did you mean "zsh"?)\n',
  );
});

test("bash completes commands, options, choices and files", async () => {
  const lines = TRIALS.map(([line]) => line);
  const words = await wordsTyped(BASH, scripts.bash, folder.path, lines);
  expect(words.map((of) => of.join(" "))).toEqual(TRIALS.map(([, said]) => said));
});
