/**
 * Course: the phases of a run over a fleet, and what leads from one to the next.
 *
 *     place ─▶ ready ─▶ clock ─▶ start ─▶ measure ─▶ drain ─▶ fold ─▶ judge ─▶ over
 *       └────────┴────────┴────▶ aborted    └──lost, stop──▲
 *
 *     phase     waits for                                       at most
 *     place     claims of as many agents as are wanted          WAIT.placeNs
 *     ready     every agent, with its workers and connections   WAIT.readyNs
 *     clock     how far each agent's clock is ahead             WAIT.clockNs
 *     start     T0, of which every agent has heard              WAIT.startLeadNs
 *     measure   the end of the plan                             the plan
 *     drain     the last word of every agent                    the plan's drain + WAIT.farewellNs
 *     fold      the end of the run's stream                     WAIT.foldNs
 *     judge     the Result                                      (nothing)
 *
 * A limit is one of the ways in which what a phase waits for comes, or does not: until `clock` the
 * preparation fails by it (a stop); in `drain` who has not spoken is lost; `fold` goes on with what
 * has come. Before `start` nothing has been sent to any target, and nothing is left behind.
 */
export const PHASES = [
  "place",
  "ready",
  "clock",
  "start",
  "measure",
  "drain",
  "fold",
  "judge",
  "over",
  "aborted",
] as const;
export type Phase = (typeof PHASES)[number];

export type Sign =
  /** What the phase waits for has come. */
  | "done"
  /** The loss of an agent, or its sickness, ends the run by its policy. */
  | "lost"
  /** A person, a condition of the plan or an error wants the end. */
  | "stop";

const ABORT = { lost: "aborted", stop: "aborted" } as const;

const NEXT: Readonly<Record<Phase, Readonly<Record<Sign, Phase>>>> = {
  place: { done: "ready", ...ABORT },
  ready: { done: "clock", ...ABORT },
  clock: { done: "start", ...ABORT },
  // Who has not heard of it by T0 begins late, and its lateness is in the Result.
  start: { done: "measure", lost: "drain", stop: "drain" },
  measure: { done: "drain", lost: "drain", stop: "drain" },
  drain: { done: "fold", lost: "drain", stop: "drain" },
  fold: { done: "judge", lost: "fold", stop: "fold" },
  judge: { done: "over", lost: "judge", stop: "judge" },
  over: { done: "over", lost: "over", stop: "over" },
  aborted: { done: "aborted", lost: "aborted", stop: "aborted" },
};

/** The one transition function. Pure. */
export function transition(phase: Phase, sign: Sign): Phase {
  return NEXT[phase][sign];
}

export class Course {
  phase: Phase = "place";

  /** Told of each phase as it begins, the first one too. */
  constructor(private readonly entered: (phase: Phase) => void = () => {}) {
    entered(this.phase);
  }

  /** Returns the phase that has come of it. */
  give(sign: Sign): Phase {
    const next = transition(this.phase, sign);
    if (next === this.phase) return next;
    this.phase = next;
    this.entered(next);
    return next;
  }

  /** What it waits for has come, if it is still waited for: a stop may have been quicker. */
  leave(phase: Phase): void {
    if (this.phase === phase) this.give("done");
  }

  /** Whether load may have been sent. */
  get hasBegun(): boolean {
    return !["place", "ready", "clock", "aborted"].includes(this.phase);
  }
}
