import { expect, test } from "bun:test";
import type { Ended, Outcome } from "@nightjar/core/run/load-generator.ts";
import { lossIn } from "./loss.ts";

function ended(outcome: Outcome): Ended {
  const of = { child: "2", incarnation: 0, intervals: null, untilNs: null };
  return { type: "ended", outcome, reason: "its process 7 was killed by SIGKILL", ...of };
}

test.each([
  ["lost", "was lost"],
  ["failed", "failed"],
] as const)("who was %s is named, with the reason", (outcome, said) => {
  const sentence = `worker 2 ${said}: its process 7 was killed by SIGKILL`;
  expect(lossIn(ended(outcome))).toBe(sentence);
});

test.each(["done", "stopped"] as const)("who was %s is no loss", (outcome) => {
  expect(lossIn(ended(outcome))).toBeUndefined();
});

test("what goes on is no loss", () => {
  const started = { type: "started", child: "2", incarnation: 0, latenessNs: 0 } as const;
  expect(lossIn(started)).toBeUndefined();
});
