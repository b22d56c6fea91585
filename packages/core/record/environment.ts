/** Environment: the machine that load was sent from, and what it withheld during the run. */
import { z } from "zod";

const count = z.int().min(0);

export const environmentSchema = z.looseObject({
  host: z.string(),
  os: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: count,
  cpuQuota: z.number().nullable().describe("cores that the control group allows"),
  memoryMb: count,
  bun: z.string(),
  stealPercent: z.number().nullable(),
  throttled: z.looseObject({ periods: count, ms: z.number() }).nullable(),
  suspendedMs: z.number().nullable().describe("the machine slept so long during the run"),
});
export type Environment = z.infer<typeof environmentSchema>;
