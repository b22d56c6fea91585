/** The clock of an agent: of all readings the one by which T0 may have been missed the most. */
import { expect, test } from "bun:test";
import { MILLISECOND_NS as MS } from "@nightjar/core/plan/quantity.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import { SIMULATED } from "@nightjar/core/simulation/child.ts";
import type { ClockReading, Head } from "../record.ts";
import { AgentBook } from "./agent-book.ts";

const AGENT = { id: "id", name: "a", version: "0.1.0", labels: {} };

/** T0 was told by the first; the others were read later. */
function worstOf(told: ClockReading, ...later: readonly ClockReading[]) {
  const spec = { id: "0", share: wholeShare(1) };
  const children = [{ spec, agent: AGENT, clock: told }];
  const book = new AgentBook({ children, generator: SIMULATED } as unknown as Head, new Set());
  for (const reading of later) {
    book.note({ type: "clocks", atNs: 0, clocks: { 0: reading } }, () => {});
  }
  const { clockErrorMs, clockErrorBoundMs } = book.results()["0"];
  return [clockErrorMs, clockErrorBoundMs];
}

const reading = (offsetMs: number, boundMs: number): ClockReading => ({
  offsetNs: offsetMs * MS,
  boundNs: boundMs * MS,
});

test.each([
  ["as it was told", [], [0, 1]],
  ["further off", [reading(104, 0.5)], [4, 0.5]],
  ["behind as well as ahead", [reading(96, 0.5), reading(103, 0.5)], [4, 0.5]],
  ["less far off, and less surely so", [reading(104, 0.5), reading(101, 10)], [1, 10]],
  ["further off, and yet surely nearer", [reading(101, 10), reading(104, 0.5)], [1, 10]],
  ["read well later on", [reading(100, 0.1)], [0, 1]],
] as const)("%s", (_, later, worst) => {
  expect(worstOf(reading(100, 1), ...later)).toEqual([...worst]);
});

test("never read is never known", () => {
  expect(worstOf({ offsetNs: 0, boundNs: Number.POSITIVE_INFINITY })).toEqual([null, null]);
});
