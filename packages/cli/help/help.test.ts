import { describe, expect, test } from "bun:test";
import { cli } from "../child-cli.ts";
import { COMMANDS } from "../commands.ts";
import { commandHelp, groupHelp, programHelp } from "./help.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what it takes away
const COLOUR = /\u001b\[[\d;]*m/g;
const WIDTHS = [40, 60, 80, 100, 160];

/** Every help there is. */
function helps(columns: number, color = false): string[] {
  const style = { columns, color };
  const ofCommands = COMMANDS.map((row) => commandHelp(row, style));
  return [programHelp(style), groupHelp("plan", style), ...ofCommands];
}

const plain = (text: string) => text.replace(/\s+/g, " ");

describe("every help", () => {
  test("keeps to the width of the terminal, but for examples and names", () => {
    for (const columns of WIDTHS) {
      for (const line of helps(columns).join("").split("\n")) {
        if (/^( {2}(nightjar|[<-])|Usage: )/.test(line)) continue;
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });

  test("at 80 columns has examples that are one line", () => {
    for (const line of helps(80).join("").split("\n")) {
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  test("says the same in colour", () => {
    const painted = helps(80, true);
    expect(painted.map((text) => text.replaceAll(COLOUR, ""))).toEqual(helps(80));
    for (const text of painted) expect(text).toContain("\u001b[1m");
  });
});

describe("the help of a command", () => {
  test.each(COMMANDS.map((row) => [row.name, row] as const))("%s", (_, row) => {
    const text = plain(commandHelp(row, { columns: 80, color: false }));
    expect(text).toStartWith(`nightjar ${row.name}: ${row.help}. Usage: nightjar ${row.name}`);
    for (const { flag, help, default: preset, example, choices = [] } of row.options) {
      expect(text).toContain(`${flag} `);
      expect(text).toContain(plain(help));
      if (preset !== undefined) expect(text).toContain(`default: ${preset}`);
      if (example !== undefined) expect(text).toContain(`example: ${plain(example)}`);
      for (const choice of choices) expect(text).toContain(choice);
    }
    for (const example of row.examples) expect(text).toContain(example);
  });

  test("has its options in groups, in the order of the table", () => {
    const { options } = COMMANDS[0];
    const text = commandHelp(COMMANDS[0], { columns: 80, color: false });
    const groups = [...text.matchAll(/^([A-Z][\w ]+):$/gm)].map(([, title]) => title);
    expect(groups).toEqual([...new Set(options.map(({ group }) => group as string)), "Examples"]);
  });

  test("choices stand there once", () => {
    const text = plain(commandHelp(COMMANDS[0], { columns: 80, color: false }));
    expect(text).toContain(
      "open: due times do not wait for answers; closed: fixed concurrency (def",
    );
  });
});

describe("is found by", () => {
  const RUN = commandHelp(COMMANDS[0], { columns: 80, color: false });

  test("help run, and run --help", async () => {
    const style = { columns: 80, color: false };
    const said = (out: string) => ({ code: 0, out, err: "" });
    expect(await cli(["help", "run"])).toEqual(said(RUN));
    expect(await cli(["run", "--help"])).toEqual(said(RUN));
    expect(await cli(["help", "plan"])).toEqual(said(groupHelp("plan", style)));
    expect((await cli(["help", "plan", "check"])).out).toStartWith("nightjar plan check: ");
    expect(await cli(["help"])).toEqual(said(programHelp(style)));
    expect(await cli(["--help"])).toEqual(said(programHelp(style)));
  });

  test("nothing: as bad usage", async () => {
    const { code, out } = await cli([]);
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("a near miss is named", () => {
  test.each([
    [["help", "rnu"], 'help: there is no command "rnu" (did you mean "run"?)'],
    [
      ["help", "plan", "chek"],
      'help: there is no command "plan chek" (did you mean "plan check"?)',
    ],
    [["rnu"], "unknown command 'rnu' (did you mean run?)"],
    [["rnu", "--help"], 'unknown command "rnu" (did you mean "run"?)'],
    [["run", "http://x/", "--rat", "5"], "unknown option '--rat' (did you mean --rate?)"],
    [["--rate", "5"], "unknown option '--rate' (an option of run and plan check)"],
    [["testserver", "--rate=5"], "unknown option '--rate=5' (an option of run and plan check)"],
    [["plan.yaml"], "unknown command 'plan.yaml' (did you mean nightjar run plan.yaml?)"],
  ])("%p", async (args, sentence) => {
    const { code, out, err } = await cli(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith(`nightjar: ${sentence}\n`);
  });
});
