/** docs/generators.md says what the drivers say. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import { DRIVERS } from "./drivers.ts";

const document = readFileSync(new URL("../../docs/generators.md", import.meta.url), "utf8");

function rowOf({ name, models, start, live, latency, columns, ...more }: Capabilities): string {
  const both = columns.includes("response") && columns.includes("service");
  const kinds = both ? "response, service" : latency;
  return [
    ...["", name, models.join(", "), start],
    live ? "by the second, as it goes on" : "at the end",
    `${kinds}: ${more.fidelity}`,
    more.exactCounts ? "exact" : "its own",
    "",
  ]
    .join(" | ")
    .trim();
}

test.each(Object.entries(DRIVERS))("%s: its row, its chapter, its variable", (name, driver) => {
  expect(document).toContain(rowOf(driver.capabilities));
  expect(document).toContain(`\n## ${name}\n`);
  expect(document).toContain(`\`${driver.program.variable}=…\``);
});

test("how to get a program is said in both places alike", () => {
  for (const { program } of Object.values(DRIVERS)) {
    const [command] = /^(go install|apt-get install) \S+/.exec(program.howToGet) ?? [];
    if (command !== undefined) expect(document).toContain(command);
  }
});
