/** How workers wait: `auto` spins only where a core is to spare for each of them. */

import { availableParallelism } from "node:os";
import { cpuQuotaCores } from "@nightjar/host/cgroup.ts";

/**
 * `workers`: of this host, in all. A quota makes spinning expensive: it burns what the sending
 * needs.
 */
export function maySpin(idle: "auto" | "spin" | "sleep", workers: number): boolean {
  if (idle !== "auto") return idle === "spin";
  if (cpuQuotaCores() !== null) return false;
  return workers < availableParallelism();
}
