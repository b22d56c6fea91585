/**
 * The hiccup meter, a process of its own: sleeps 1 ms, looks at the clock, tells what was longer.
 * What stopped it (another process, the hypervisor) can have stopped whatever ran beside it.
 *
 *     bun hiccup-meter.ts THRESHOLD_MS LIFETIME_MS
 *
 * Writes "ready", then a line "hiccup START_NS END_NS" (CLOCK_MONOTONIC) for each sleep that took
 * THRESHOLD_MS longer than it should; on SIGTERM or after LIFETIME_MS it finishes its sleep, writes
 * "end" and ends.
 *
 * Costs 2.5 % of a core (measured: 125 ms of CPU in 5 s).
 */
import { writeSync } from "node:fs";
import { monotonicNs } from "@nightjar/host/monotonic.ts";

const SLEEP_MS = 1;
/** How long it does not look for signals. */
const SLICE_MS = 50;

const thresholdNs = (SLEEP_MS + Number(process.argv[2])) * 1e6;
const lifetimeMs = Number(process.argv[3]);

/** Written at once: a line that waits for the event loop would come after the test was judged. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Returns the time of the last look. */
function watchOneSlice(lastNs: number): number {
  const sliceEndNs = lastNs + SLICE_MS * 1e6;
  let beforeNs = lastNs;
  while (beforeNs < sliceEndNs) {
    Bun.sleepSync(SLEEP_MS);
    const nowNs = monotonicNs();
    if (nowNs - beforeNs > thresholdNs) say(`hiccup ${Math.round(beforeNs)} ${Math.round(nowNs)}`);
    beforeNs = nowNs;
  }
  return beforeNs;
}

let stopping = false;
process.on("SIGTERM", () => {
  stopping = true;
});
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

say("ready");
let lookNs = monotonicNs();
const endNs = lookNs + lifetimeMs * 1e6;
while (!stopping && lookNs < endNs) {
  lookNs = watchOneSlice(lookNs);
  await nextTurn();
}
say("end");
