/**
 * Tests whose verdict depends on time. They run alone on the machine, once it is idle, with a
 * hiccup meter beside them, and are judged only if no harmful hiccup came. Otherwise the answer is
 * "not measured": `scripts/test.sh` counts the test as skipped and names it; it is never red and
 * never green.
 */
import { test } from "bun:test";
import { appendFileSync } from "node:fs";
import {
  type AttemptLimits,
  type Judgement,
  judgeTimed,
  type Machine,
  type TimedBody,
} from "./attempts.ts";
import { watchHiccups } from "./hiccups.ts";
import { awaitIdleMachine, IDLE_DEMAND } from "./idle-machine.ts";
import { TimedLockBusy, withTimedLock } from "./timed-lock.ts";

export interface TimedOptions {
  /** A hiccup of this length (on any CPU) can spoil what the body measures. */
  harmfulMs: number;
  attempts?: number;
  /** For the waits and all attempts together. */
  timeoutMs?: number;
}

const ATTEMPTS = 3;
const TIMEOUT_MS = 15 * 60_000;

const thisMachine: Machine = {
  awaitIdle: async () => ({
    idleShare: await awaitIdleMachine(),
    idleShareMin: IDLE_DEMAND.idleShareMin,
  }),
  watchHiccups: () => watchHiccups(),
};

/**
 * Defines a test. The body asserts what it measured, by throwing; it may run several times.
 * A missing part (`requirePart`) is no matter of timing and ends the test at once.
 */
export function timed(name: string, options: TimedOptions, body: TimedBody): void {
  const { harmfulMs, attempts = ATTEMPTS, timeoutMs = TIMEOUT_MS } = options;
  test(
    name,
    async () => report(name, await judgeAlone({ harmfulMs, attempts }, thisMachine, body)),
    timeoutMs,
  );
}

async function judgeAlone(
  limits: AttemptLimits,
  machine: Machine,
  body: TimedBody,
): Promise<Judgement> {
  try {
    return await withTimedLock(() => judgeTimed(limits, machine, body));
  } catch (error) {
    if (error instanceof TimedLockBusy) return { kind: "not measured", reason: error.message };
    throw error;
  }
}

function report(name: string, judgement: Judgement): void {
  if (judgement.kind === "failed") throw judgement.error;
  if (judgement.kind === "not measured") noteNotMeasured(name, judgement.reason);
}

/** The runner reads the file that NIGHTJAR_NOT_MEASURED_FILE names, a line for each. */
export function noteNotMeasured(name: string, reason: string): void {
  const line = `${name}: ${reason}`.replaceAll("\n", " ");
  console.log(`not measured: ${line}`);
  const file = process.env.NIGHTJAR_NOT_MEASURED_FILE;
  if (file) appendFileSync(file, `${line}\n`);
}
