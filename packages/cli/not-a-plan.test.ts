/** What a run has left behind is not run: it is told what it is, and who reads it. */
import { afterAll, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { sample } from "@nightjar/formats/fixtures/sample-results.ts";
import { byClients } from "@nightjar/formats/fixtures/sample-several.ts";
import { jsonOf } from "@nightjar/formats/json/json.ts";
import { SMP_RESULTS } from "@nightjar/formats/smp/fixtures/smp-results.ts";
import { stringify } from "yaml";
import { cli, makeFolder } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

test.each<[string, string, string, string]>([
  ...Object.entries(SMP_RESULTS).flatMap(([name, result]): [string, string, string, string][] => [
    [`SMP's ${name}`, JSON.stringify(result), "an SMP result", "--from smp-result"],
    [`SMP's ${name} in YAML`, stringify(result), "an SMP result", "--from smp-result"],
  ]),
  ["a Result", jsonOf(sample("pass", deflateSync)), "a Result", "--from result"],
  ["several", jsonOf(byClients(deflateSync)), "several Results", "--from side-by-side"],
])("%s", async (_, text, what, reader) => {
  folder.write("left.json", text);
  for (const command of [["run"], ["plan", "check"]]) {
    const { code, out, err } = await cli([...command, "left.json"], { cwd: folder.path });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toStartWith(`nightjar: left.json: ${what}`);
    expect(err).toContain("nothing that can be run\n");
    expect(err).toContain(`nightjar convert ${reader} reads it\n`);
  }
});

test("a plan whose name for a schema is its own is refused by its key", async () => {
  folder.write("plan.yaml", "schema: nightjar.plan/v1\ntargets:\n  - url: http://127.0.0.1:1/\n");
  const { err } = await cli(["plan", "check", "plan.yaml"], { cwd: folder.path });
  expect(err).toContain('plan.yaml:1:1: unknown key "schema"');
});
