import { expect, test } from "bun:test";
import { Course, PHASES, type Phase, type Sign, transition } from "./course.ts";

const SIGNS: readonly Sign[] = ["done", "lost", "stop"];

/** The whole of it, as the drawing has it. */
const TABLE: Readonly<Record<Phase, readonly [Phase, Phase, Phase]>> = {
  place: ["ready", "aborted", "aborted"],
  ready: ["clock", "aborted", "aborted"],
  clock: ["start", "aborted", "aborted"],
  start: ["measure", "drain", "drain"],
  measure: ["drain", "drain", "drain"],
  drain: ["fold", "drain", "drain"],
  fold: ["judge", "fold", "fold"],
  judge: ["over", "judge", "judge"],
  over: ["over", "over", "over"],
  aborted: ["aborted", "aborted", "aborted"],
};

test.each(PHASES.flatMap((phase) => SIGNS.map((sign, at) => [phase, sign, TABLE[phase][at]])))(
  "%s, %s: %s",
  (phase, sign, next) => {
    expect(transition(phase as Phase, sign as Sign)).toBe(next as Phase);
  },
);

test("no phase is entered twice, and none after an end", () => {
  for (const from of PHASES) {
    for (const sign of SIGNS) {
      const next = transition(from, sign);
      const isOnward = PHASES.indexOf(next) >= PHASES.indexOf(from);
      expect({ from, sign, isOnward }).toEqual({ from, sign, isOnward: true });
    }
  }
});

test("each phase is told of once, the first one too; load may have been sent from start on", () => {
  const entered: Phase[] = [];
  const course = new Course((phase) => entered.push(phase));
  const begun: boolean[] = [course.hasBegun];
  for (const sign of ["done", "done", "done", "done", "stop", "stop", "done"] as const) {
    course.give(sign);
    begun.push(course.hasBegun);
  }
  expect(entered).toEqual(["place", "ready", "clock", "start", "measure", "drain", "fold"]);
  expect(begun).toEqual([false, false, false, true, true, true, true, true]);
});

test("a phase that was left already is not left again", () => {
  const course = new Course();
  for (const sign of ["done", "done", "done", "stop"] as const) course.give(sign);
  course.leave("start");
  course.leave("measure");
  expect(course.phase).toBe("drain");
  course.leave("drain");
  expect(course.phase).toBe("fold");
});

test("stopped before the start it is aborted, and nothing leads on from there", () => {
  const course = new Course();
  course.give("done");
  expect(course.give("stop")).toBe("aborted");
  expect(SIGNS.map((sign) => course.give(sign))).toEqual(Array(3).fill("aborted"));
  expect(course.hasBegun).toBe(false);
});
