/** What is said of agents that a verdict names. */
import { expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { fleetSample } from "../fixtures/sample-fleet.ts";
import { tellReason } from "./reasons.ts";

const result: Result = fleetSample("lost", deflateSync);

function told(reason: string): [text: string, advice: string | undefined] {
  const [{ text, advice }] = tellReason(reason, result).statements;
  return [text, advice];
}

test("an agent that was lost: its share, from when on, and what to do by the cause", () => {
  expect(told("agent tokyo-2 was lost: no word from it for 6s")).toEqual([
    "Agent tokyo-2 was lost: no word from it for 6s. 50 % of all exchanges were its own; " +
      "what became of them from 6 s on nobody knows.",
    expect.stringContaining("--lost-agent degrade"),
  ]);
  const cases = {
    "has not heard its coordinator for 5s": "--lease",
    "it was told to leave (SIGTERM)": "start it again",
    "the run's stream is full, and takes nothing more": "lower rate",
    "it was excluded": "--exclude",
    "its process ended with signal 9": "Run it again",
  };
  for (const [why, advice] of Object.entries(cases)) {
    expect(told(`agent berlin-1 failed: ${why}`)[1]).toContain(advice);
  }
});

test("one that was not fit to measure, and one whose clock is not known well enough", () => {
  const [text, advice] = told("agent berlin-1 was not fit to measure: 12 % of its exchanges …");
  expect(text).toStartWith("Agent berlin-1 was not fit to measure: 12 % of its exchanges …. 50 %");
  expect(advice).toContain("more agents");
  const clock = "agent a's clock may have been off by 9.0 ms, more than the plan allows";
  expect(told(`${clock} (maxClockError: 5ms)`)[1]).toContain("Half the round trip");
  expect(told("agent a's clock was never measured (maxClockError)")[1]).toContain("nearer");
});

test("reports that are missing are those of agents", () => {
  const [text] = told(
    "16 of 20 intervals arrived, and 2000 exchanges of 10000 (20.0 %) are unknown",
  );
  expect(text).toStartWith("Each agent reports once a second: 16 of 20 reports arrived (80 %)");
});

test("every reason of a fleet's verdict is told of, and an unknown agent too", () => {
  for (const reason of result.verdict.reasons) expect(told(reason)[0]).toMatch(/^[A-Z].*\.$/s);
  expect(told("agent nobody was lost: x")[0]).toBe("Agent nobody was lost: x.");
});
