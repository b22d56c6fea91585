/** What an agent says of itself, and of what it sends load with, as it is let in. */

import { FIDELITIES, LATENCY_MEANINGS } from "@nightjar/core/record/fidelity.ts";
import { MEASURED_COLUMNS, STARTS, TOLD_COUNTS } from "@nightjar/core/run/capabilities.ts";
import { FEATURES } from "@nightjar/core/run/feature.ts";
import { z } from "zod";
import { count, longName, name, token } from "./text.ts";

const MOST_LABELS = 32;
const MOST_ENTRIES = 64;
const positive = z.number().positive();

export const agentFacts = z.object({
  id: token,
  name: longName,
  protocol: count,
  version: name,
  labels: z
    .record(name, name)
    .refine((labels) => Object.keys(labels).length <= MOST_LABELS, `at most ${MOST_LABELS}`),
  host: longName,
  cores: count,
  cpuQuota: positive.nullable(),
  memoryMb: count,
  maxRatePerS: positive.nullable(),
});

const names = z.array(name).max(MOST_ENTRIES);
const some = <const T extends string>(all: readonly T[]) => z.array(z.enum(all)).max(all.length);

export const capabilities = z.object({
  name,
  version: longName,
  protocols: names,
  models: some(["open", "closed"]),
  arrivals: names,
  features: some(FEATURES),
  exactCounts: z.boolean(),
  start: z.enum(STARTS),
  live: z.boolean(),
  bySecond: z.boolean(),
  fidelity: z.enum(FIDELITIES),
  latency: z.enum(LATENCY_MEANINGS),
  columns: some(MEASURED_COLUMNS),
  tells: some(TOLD_COUNTS),
});
