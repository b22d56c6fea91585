/** FoldedRun: a run's stream, folded by somebody who had no part in the run. */
import { deflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import type { Ended } from "@nightjar/core/run/load-generator.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import { collect } from "@nightjar/fleet/fold/collect.ts";
import type { Head } from "@nightjar/fleet/record.ts";

export interface FoldedRun {
  readonly result: Result;
  readonly head: Head;
  /** What agents have said of their own ends, by child. */
  readonly ends: ReadonlyMap<string, Ended>;
}

/** Rejects as `collect` does. */
export async function foldRun(
  bus: Bus,
  runId: string,
  exclude: ReadonlySet<string> = new Set(),
): Promise<FoldedRun> {
  const ends = new Map<string, Ended>();
  const fold = await collect(bus, runId, {
    exclude,
    onEvent: (event) => {
      const isTold = event.type === "ended" && event.intervals !== null;
      if (isTold && !ends.has(event.child)) ends.set(event.child, event);
    },
  });
  const result = fold.result((bytes) => new Uint8Array(deflateSync(bytes)));
  return { result, head: fold.head as Head, ends };
}
