/** Loss: a worker that is gone while the others go on, told at once. */
import { lossOf, type RunEvent } from "@nightjar/core/run/load-generator.ts";

/** `undefined`: the event is no loss. */
export function lossIn(event: RunEvent): string | undefined {
  return event.type === "ended" ? lossOf(`worker ${event.child}`, event) : undefined;
}
