/**
 * A worker that also writes down every stamp: `bun dumping-worker.ts FOLDER [spin|sleep]`. Times
 * are CLOCK_MONOTONIC ns. The file
 * holds rows of five little-endian float64: i, due, sent, done, and the response as it was
 * recorded.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Histogram } from "@nightjar/core/record/histogram.ts";
import type { Slot, SlotEvents } from "@nightjar/engine/slot.ts";
import { runWorker } from "@nightjar/engine/worker.ts";

const [folder, idle] = process.argv.slice(2);
const rows: number[] = [];

/**
 * Hears the one value that the recorder takes for this answer, so that the dump holds the very same
 * number.
 */
function watch(slot: Slot, t0Ns: number): void {
  const { i, dueNs, sentNs } = slot;
  const { response } = slot.cell;
  response.record = (responseNs) => {
    rows.push(i, t0Ns + dueNs, t0Ns + sentNs, t0Ns + dueNs + responseNs, responseNs);
    delete (response as Partial<Histogram>).record;
    response.record(responseNs);
  };
}

/**
 * Everything goes on to the driver; the stamps of an exchange are read before the driver frees its
 * slot.
 */
function tap(events: SlotEvents, t0Ns: () => number): SlotEvents {
  const watched = Object.create(events) as SlotEvents;
  watched.answered = (slot, status) => {
    watch(slot, t0Ns());
    events.answered(slot, status);
  };
  return watched;
}

await runWorker({ spin: idle === "spin", tap });
writeFileSync(join(folder, `${process.pid}.f64`), new Uint8Array(Float64Array.from(rows).buffer));
