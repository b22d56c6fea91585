/** All benches, in the order in which they run. */
import { nearest } from "@nightjar/core/plan/suggest.ts";
import type { Bench } from "./context.ts";
import { fleet } from "./fleet.ts";
import { fold } from "./fold.ts";
import { goSettings } from "./go-settings.ts";
import { lag } from "./lag.ts";
import { manyConnections } from "./many-connections.ts";
import { http, https } from "./max-rate.ts";
import { memory } from "./memory.ts";
import { openLoop } from "./open-loop.ts";
import { startUp } from "./start-up.ts";
import { twoWorkers } from "./two-workers.ts";

export const BENCHES: readonly Bench[] = [
  ...[http, https, goSettings],
  ...[openLoop, manyConnections, memory, startUp, lag, twoWorkers, fold, fleet],
];

export class UnknownBench extends Error {
  override name = "UnknownBench";

  constructor(word: string) {
    const names = BENCHES.map(({ name }) => name);
    const near = nearest(word, names);
    const hint = near ? `; did you mean ${near}?` : "";
    super(`there is no bench "${word}"${hint} Benches: ${names.join(", ")}. Option: --quick`);
  }
}

/** All without a name. @throws UnknownBench */
export function chooseBenches(names: readonly string[]): readonly Bench[] {
  if (names.length === 0) return BENCHES;
  return names.map((name) => {
    const bench = BENCHES.find((each) => each.name === name);
    if (!bench) throw new UnknownBench(name);
    return bench;
  });
}
