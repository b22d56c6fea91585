/** Options of what is told, each by a real run that fails without it. */
import { expect } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import { guardTarget } from "../guard.ts";
import { OUTPUT_OPTIONS } from "../options/output.ts";
import { BASE, brief, expectBoth, prove, servers } from "./trial.ts";

async function onTerminal(line: string): Promise<string> {
  const nightjar = new URL("../../../nightjar", import.meta.url).pathname;
  const child = Bun.spawn(["script", "-qec", `${nightjar} ${line}`, "/dev/null"], {
    stdin: "ignore",
    stdout: "pipe",
  });
  return new Response(child.stdout).text();
}

prove(OUTPUT_OPTIONS, {
  "--name": () => expectBoth(["--name", "a"], ({ name }) => name, ["a", "nightjar run"]),
  "--label": () => {
    const flag = ["--label", "a=b=c", "--label", "constructor=d"];
    const pairs = ({ labels }: Result) => Object.entries(labels);
    return expectBoth(flag, pairs, [
      [
        ["a", "b=c"],
        ["constructor", "d"],
      ],
      [],
    ]);
  },
  "--output": async () => {
    expect((await brief("--output", "json")).out).toStartWith("{");
    expect((await brief("--output", "html")).out).toStartWith("<!doctype html>");
    expect((await brief("--output", "markdown")).out).toStartWith("<!-- nightjar report:");
    expect((await brief("--output", "junit")).out).toStartWith("<?xml ");
    expect((await brief("--output", "hgrm:lag")).out).toContain("nightjar: lag in milliseconds");
    expect((await brief()).out).not.toStartWith("{");
  },
  "--quiet": async () => {
    expect((await brief("--quiet")).err).toBe("");
    expect((await brief()).err).toContain("open loop");
  },
  "--no-color": async () => {
    const line = `run ${servers.origin.url}/ ${BASE.join(" ")} --quiet`;
    expect(await onTerminal(`${line} --no-color`)).not.toContain("\u001b[");
    expect(await onTerminal(line)).toContain("\u001b[");
  },
  // A public address is never loaded: the rule alone is asked.
  "--yes": async () => {
    const plan = resolvePlan({ load: { rate: 5000 }, targets: [{ url: "http://x/" }] });
    expect(() => guardTarget(plan, ["203.0.113.9"], true)).not.toThrow();
    expect(() => guardTarget(plan, ["203.0.113.9"], false)).toThrow("neither loopback nor private");
  },
});
