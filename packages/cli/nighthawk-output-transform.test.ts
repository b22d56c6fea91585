/** `nightjar nighthawk-output-transform`: what comes in on standard input, and what goes out. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { OUTPUT_FORMATS } from "@nightjar/formats/nighthawk/output-formats.ts";

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;
const FIXTURES = new URL("../formats/nighthawk/fixtures/", import.meta.url);
const LIMIT_MS = 120_000;

function golden(name: string): string {
  return readFileSync(new URL(`output_formatter.${name}.gold`, FIXTURES), "utf8");
}

async function transform(input: string | Uint8Array, ...args: string[]) {
  const stdin = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const command = [NIGHTJAR, "nighthawk-output-transform", ...args];
  const child = Bun.spawn(command, { stdin, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

const proofs: Record<string, () => Promise<void>> = {
  "--output-format": async () => {
    const json = golden("json");
    expect(await transform(json, "--output-format", "human")).toEqual({
      code: 0,
      out: golden("txt"),
      err: "",
    });
    const yaml = await transform(json, "--output-format", "yaml");
    const wanted = golden("yaml")
      .replace("@version_major@", "0")
      .replace("@version_minor@", "3")
      .replace("@version_patch@", "0");
    expect(yaml.out).toBe(wanted);

    const none = await transform("{}");
    expect(none.code).toBe(2);
    expect(none.err).toStartWith("nightjar: --output-format: one of json, human, yaml, ");
    const near = await transform("{}", "--output-format", "prometeus");
    expect([near.code, near.out]).toEqual([2, ""]);
    expect(near.err).toContain('found "prometeus" (did you mean "prometheus"?)');
  },
};

test.each(Object.keys(proofs))("%s", (flag) => proofs[flag](), LIMIT_MS);

describe("C34: nighthawk_output_transform", () => {
  const minimal = JSON.stringify({
    options: { uri: "http://127.0.0.1/" },
    results: [{ name: "global" }],
  });

  test.each(OUTPUT_FORMATS)(
    "a minimal document as %s",
    async (format) => {
      const { code, out, err } = await transform(minimal, "--output-format", format);
      expect([code, err]).toEqual([0, ""]);
      // Nothing was counted or timed: two formats have nothing to say.
      expect(out === "").toBe(["dotted", "prometheus"].includes(format));
    },
    LIMIT_MS,
  );

  test.each([
    ["empty standard input", "", "it is empty"],
    ["garbage", "foo bar blah", "not JSON: line 1, column 1: a value is wanted"],
    ["an unknown field", '{"invalid_field":1}', "invalid_field: there is no such field\n"],
    ["one in quotes that are none", "{invalid_field:1}", "not JSON: line 1, column 2: a key"],
    ["what is no text", new Uint8Array([0xff, 0xfe]), "not JSON: it is no text in UTF-8"],
    ["what is cut short", minimal.slice(0, 40), "it is cut short: it ends at line 1"],
  ])(
    "%s",
    async (_, input, message) => {
      const { code, out, err } = await transform(input, "--output-format", "human");
      expect([code, out]).toEqual([1, ""]);
      expect(err).toStartWith("Input error: Nighthawk Output: ");
      expect(err).toContain(message);
      expect(err.split("\n").length).toBeLessThanOrEqual(3);
    },
    LIMIT_MS,
  );

  test(
    "fortio without a result over all workers",
    async () => {
      const { code, err } = await transform('{"results":[]}', "--output-format", "fortio");
      expect(code).toBe(1);
      expect(err).toStartWith("Input error: Nighthawk Output: results: one named");
    },
    LIMIT_MS,
  );
});
