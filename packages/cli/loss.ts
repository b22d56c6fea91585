/** Loss: a worker that is gone while the others go on, told at once. */
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";

/** `undefined`: the event is no loss. */
export function lossIn(event: RunEvent): string | undefined {
  if (event.type !== "ended" || event.outcome === "done" || event.outcome === "stopped") return;
  return `worker ${event.child} was ${event.outcome}: ${event.reason}`;
}
