import { expect, test } from "bun:test";
import { agentsText, type KnownAgent } from "./agents.ts";
import { cellsOf } from "./line.ts";

function agent(name: string, more: Partial<KnownAgent> = {}): KnownAgent {
  return {
    ...{ name, version: "0.1.0", labels: {}, host: `host-${name}` },
    ...{ cores: 4, cpuQuota: null, memoryMb: 8000, maxRatePerS: null, state: { is: "idle" } },
    ...more,
  };
}

const busy = { is: "busy", runId: "1b", coordinator: "a@b" } as const;
const FLEET = [
  agent("berlin", { labels: { zone: "eu" }, state: busy }),
  agent("oslo", { cpuQuota: 1.5, cores: 64, maxRatePerS: 5000 }),
  agent("rome\u001b[31m", { memoryMb: 128_000 }),
];

test("a row for each, numbers at the right", () => {
  expect(agentsText(FLEET, { columns: 120, color: false })).toBe(
    `agent          cores      memory  at most  labels   host            version  state
berlin             4    8,000 MB           zone=eu  host-berlin     0.1.0    busy with run 1b of a@b
oslo       1.5 of 64    8,000 MB  5,000/s           host-oslo       0.1.0    idle
rome·[31m          4  128,000 MB                    host-rome·[31m  0.1.0    idle
`,
  );
});

test.each([40, 60, 80, 100])("no line is wider than %d columns, and the state stays", (columns) => {
  const lines = agentsText(FLEET, { columns, color: false }).trimEnd().split("\n");
  for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
  expect(lines[0]).toMatch(/^agent.* state$/);
  expect(lines[2]).toMatch(/^oslo.* idle$/);
});
