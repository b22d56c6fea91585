/** What a Result needs beside a fold, for tests that make folds by hand. */
import type { ResultContext } from "../result/result-of.ts";
import { SIMULATED } from "./child.ts";

const environment = {
  ...{ host: "h", os: "o", kernel: "k", cpu: "c", cores: 1, cpuQuota: null, memoryMb: 1, bun: "b" },
  ...{ stealPercent: null, throttled: null, suspendedMs: null },
};

export const RESULT_CONTEXT: ResultContext = {
  ...{ id: "r", startedAt: "2026-01-01T00:00:00Z", generator: SIMULATED, workers: 1, environment },
  deflate: (bytes: Uint8Array) => bytes,
};
