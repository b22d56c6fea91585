/** The agents of a fleet in the reports: a row each, the worst first; else nothing. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import { textOf } from "@nightjar/testkit/whole-page.ts";
import { agentRows } from "./agent-rows.ts";
import { fleetSample } from "./fixtures/sample-fleet.ts";
import { sample } from "./fixtures/sample-results.ts";
import { htmlOf } from "./html/html.ts";
import { reportOf } from "./human/report.ts";
import { markdownOf } from "./markdown/markdown.ts";

const lost = fleetSample("lost", deflateSync);

test("the lost first, then the sick, then by their p99", () => {
  const [berlin, tokyo] = lost.children;
  const slow = structuredClone(berlin);
  const sick = structuredClone(berlin);
  if (slow.agent) Object.assign(slow.agent, { name: "slow" });
  if (slow.agent) slow.agent.latencyMs.response.percentiles["99"] = { atLeast: 900 };
  if (sick.agent) Object.assign(sick.agent, { name: "ill", sick: "lag" });
  const rows = agentRows({ ...lost, children: [berlin, slow, sick, tokyo] });
  expect(rows.map(({ name, end, p99 }) => `${name} ${end} ${p99}`)).toEqual([
    "tokyo-2 lost 3.46",
    "ill sick 3.46",
    "slow done > 900",
    "berlin-1 done 3.46",
  ]);
});

describe("in the report", () => {
  const textAt = (columns: number) =>
    reportOf(lost, { columns, color: false, inflate: inflateSync });

  test("wide: all of it", () => {
    const [head, ...rows] = textAt(120)
      .split("\n")
      .slice(
        textAt(120)
          .split("\n")
          .findIndex((row) => row.startsWith("agents")),
      );
    expect(head.trim().split(/ {2,}/)).toEqual([
      ...["agents", "share", "answers", "response p99 ms", "lag p99 ms", "late ms", "clock ms"],
      ...["intervals", "end"],
    ]);
    expect(rows[1].trim().split(/ {2,}/)).toEqual([
      ...["berlin-1", "50 %", "4,000", "3.46", "0.0195", "0.0400", "0.0500 ± 0.410"],
      ...["10 of 10", "done"],
    ]);
  });

  test("on how many, and whose machine it is that is told of", () => {
    expect(textAt(120)).toContain("2 workers on 2 agents");
    expect(textAt(120)).toMatch(/^coordinator {2}bench-1/m);
  });

  test("narrow: what matters most stays", () => {
    for (const columns of [40, 60, 80]) {
      const head = textAt(columns)
        .split("\n")
        .find((row) => row.startsWith("agents"));
      expect(head).toEndWith("end");
    }
  });
});

test("in Markdown and HTML, with hostile names made harmless", () => {
  const result = structuredClone(lost);
  if (result.children[0].agent) result.children[0].agent.name = "a|b<script>`x`";
  const markdown = markdownOf(result);
  expect(markdown).toContain("<details><summary>agents</summary>");
  expect(markdown).not.toContain("a|b<script>");
  const page = htmlOf(result, { inflate: inflateSync });
  expect(page).toContain('<h2 id="agents-head">Agents</h2>');
  expect(page).not.toContain("a|b<script>");
  expect(page).toContain("a|b&lt;script&gt;");
});

test("HTML has each agent's machine, and what it withheld", () => {
  const result = structuredClone(lost);
  const [first] = result.children;
  if (first.environment) {
    first.environment = { ...first.environment, host: "box<1>", cores: 64, cpuQuota: 1.5 };
    first.environment.throttled = { periods: 3, ms: 1234 };
  }
  const text = textOf(htmlOf(result, { inflate: inflateSync }));
  const machines = text.slice(text.indexOf("the machines that sent the load, and what they"));
  for (const said of ["berlin-1", "box&lt;1>", "64 (1.5 allowed)", "1,234", "host-1", "tokyo-2"])
    expect(machines).toContain(said.replace(">", "&gt;"));
  expect(machines).toContain("coordinator");
});

test("nowhere, where the run was over no fleet", () => {
  const result = sample("lost", deflateSync);
  expect(reportOf(result, { columns: 120, color: false, inflate: inflateSync })).not.toContain(
    "agent",
  );
  expect(markdownOf(result)).not.toContain("agent");
  expect(htmlOf(result, { inflate: inflateSync })).not.toContain("agents-head");
});
