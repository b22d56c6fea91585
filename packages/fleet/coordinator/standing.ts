/**
 * Standing: where one agent of a run stands, as its coordinator knows it.
 *
 *     held ──start──▶ starting ──taken──▶ started ──end──▶ ending ──all, silence──▶ complete
 *       └───────────────┴─────── end ───────┴─────────────▲
 *       └───────────────┴─ lose, silence ───┴─────────────┴──lose──▶ lost
 *
 * From each of them it is released at last, once. Who has ended is not waited for longer: silence
 * then says that nothing more of what is missing will come, and not that it is lost. Who is
 * complete cannot be lost.
 */
export const STANDINGS = [
  /** It is to prepare, or has. */
  "held",
  /** It is being told to start. */
  "starting",
  /** It has the word to start. */
  "started",
  /** Its last word has come; others may be missing. */
  "ending",
  /** All that it had to say has come, or is not waited for any more. */
  "complete",
  /** It went before its end. */
  "lost",
  /** It is given back. */
  "released",
] as const;
export type Standing = (typeof STANDINGS)[number];

export type Sign =
  /** The ensemble starts it. */
  | "start"
  /** It has acknowledged what it was told. */
  | "taken"
  /** Its last word has come. */
  | "end"
  /** All its words have come. */
  | "all"
  /** No answer, for longer than its limit, or one that says that it knows nothing of the run. */
  | "silence"
  /** It is given up, whatever it may say yet. */
  | "lose"
  /** The run is over, or does without it. */
  | "release";

const NEXT: Readonly<Record<Standing, Readonly<Partial<Record<Sign, Standing>>>>> = {
  held: {
    start: "starting",
    end: "ending",
    all: "complete",
    silence: "lost",
    lose: "lost",
    release: "released",
  },
  starting: {
    taken: "started",
    end: "ending",
    all: "complete",
    silence: "lost",
    lose: "lost",
    release: "released",
  },
  started: {
    end: "ending",
    all: "complete",
    silence: "lost",
    lose: "lost",
    release: "released",
  },
  ending: { all: "complete", silence: "complete", lose: "lost", release: "released" },
  complete: { release: "released" },
  lost: { release: "released" },
  released: {},
};

/** The one transition function; what means nothing in a standing leaves it. Pure. */
export function standingAfter(standing: Standing, sign: Sign): Standing {
  return NEXT[standing][sign] ?? standing;
}
