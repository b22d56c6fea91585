/**
 * Judges a timed body only when the machine let it run undisturbed.
 *
 *     attempt ──▶ machine idle? ──no──▶ not measured (the wait was long: no second try)
 *        ▲            │ yes
 *        │            ▼
 *        │       body beside the hiccup meter
 *        │            │
 *        └──yes── a harmful hiccup? ──no──▶ passed or failed
 *     (until `attempts` are used: not measured)
 */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type Hiccup, type HiccupWatch, harmfulHiccups } from "./hiccups.ts";
import { MissingPart } from "./parts.ts";

export interface TimedContext {
  /** 1, 2, … */
  attempt: number;
  /** All hiccups seen so far in this attempt, harmful or not. */
  hiccups(): readonly Hiccup[];
}

export type TimedBody = (context: TimedContext) => Promise<void> | void;

export type Judgement =
  | { kind: "passed" }
  | { kind: "failed"; error: unknown }
  | { kind: "not measured"; reason: string };

/** What the judging needs of the machine: handed in, so that it can be simulated. */
export interface Machine {
  /** The idle share that the wait ended with, and the one that was asked for. */
  awaitIdle(): Promise<{ idleShare: number; idleShareMin: number }>;
  watchHiccups(): Promise<HiccupWatch>;
}

export interface AttemptLimits {
  /** A hiccup of this length can spoil what the body measures. */
  harmfulMs: number;
  attempts: number;
}

export async function judgeTimed(
  limits: AttemptLimits,
  machine: Machine,
  body: TimedBody,
): Promise<Judgement> {
  let reason = "no attempt was made";
  for (let attempt = 1; attempt <= limits.attempts; attempt++) {
    const { idleShare, idleShareMin } = await machine.awaitIdle();
    if (idleShare < idleShareMin)
      return { kind: "not measured", reason: `the machine was busy (${percent(idleShare)} idle)` };
    const { error, harmful } = await runBeside(
      await machine.watchHiccups(),
      limits.harmfulMs,
      attempt,
      body,
    );
    if (harmful.length === 0 || error?.thrown instanceof MissingPart) return verdictOf(error);
    const longest = longestMs(harmful).toFixed(1);
    reason = `hiccups in each of ${attempt} attempts, the longest ${longest} ms`;
  }
  return { kind: "not measured", reason };
}

function verdictOf(error: Failure | undefined): Judgement {
  return error ? { kind: "failed", error: error.thrown } : { kind: "passed" };
}

/** Wrapped, because anything can be thrown, undefined too. */
interface Failure {
  thrown: unknown;
}

async function runBeside(
  watch: HiccupWatch,
  harmfulMs: number,
  attempt: number,
  body: TimedBody,
): Promise<{ error?: Failure; harmful: Hiccup[] }> {
  let error: Failure | undefined;
  const startNs = monotonicNs();
  try {
    await body({ attempt, hiccups: () => watch.seen() });
  } catch (thrown) {
    error = { thrown };
  }
  const endNs = monotonicNs();
  const harmful = harmfulHiccups(await watch.stop(), harmfulMs, { startNs, endNs });
  return { error, harmful };
}

function longestMs(hiccups: readonly Hiccup[]): number {
  return Math.max(...hiccups.map(({ startNs, endNs }) => endNs - startNs)) / 1e6;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
