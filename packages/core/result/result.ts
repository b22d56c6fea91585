/**
 * Result: the document that `run` prints, the server stores, the UI draws, the formats convert.
 * Latencies in milliseconds. Keys may be added later; readers ignore those they do not know.
 */
import { z } from "zod";
import { type Environment, environmentSchema } from "../record/environment.ts";
import { FIDELITIES, HISTOGRAM_ERROR, LATENCY_MEANINGS } from "../record/fidelity.ts";

export const RESULT_SCHEMA = "nightjar.result/v1";

export const PERCENTILES = ["50", "75", "90", "95", "99", "99.9", "99.99"] as const;

const count = z.int().min(0);
const share = z.number().min(0);

/**
 * A number; `{atLeast}` where what was not answered reaches so far; `null` where there are too few
 * samples.
 */
export const quantitySchema = z.union([
  z.number(),
  z.looseObject({ atLeast: z.number() }),
  z.null(),
]);
export type ResultQuantity = z.infer<typeof quantitySchema>;

export const latencySchema = z.looseObject({
  count: count.describe("n: everything in the column's population, answered or not"),
  min: z.number().nullable(),
  mean: quantitySchema,
  stddev: quantitySchema,
  max: quantitySchema,
  percentiles: z.record(z.string(), quantitySchema),
});
export type Latency = z.infer<typeof latencySchema>;

export const LATENCY_COLUMNS = [
  "wait",
  "connect",
  "lag",
  "service",
  "response",
  "firstByte",
  "turn",
  "errorResponse",
  "tcp",
  "tls",
] as const;
export type LatencyColumn = (typeof LATENCY_COLUMNS)[number];

/** The columns of a part of a run: a stage, a target. */
export const SLICE_COLUMNS = ["wait", "lag", "service", "response"] as const;

/** Part of the measured exchanges: what became due in a stage, what went to a target. */
const sliceShape = {
  due: count,
  sent: count,
  completed: count,
  ok: count,
  errors: count.describe("answered, and not ok"),
  unanswered: count,
  offeredPerS: share,
  achievedPerS: share,
  statusCodes: z.record(z.string(), count),
  latencyMs: z.record(z.string(), latencySchema),
};
export const sliceSchema = z.looseObject(sliceShape);
export type Slice = z.infer<typeof sliceSchema>;

const stageSchema = z.looseObject({
  ...sliceShape,
  fromS: z.number().describe("after the start of the measured part"),
  durationS: z.number(),
  ratePerS: z.looseObject({ from: z.number(), to: z.number() }).describe("of the plan"),
});

const targetSchema = z.looseObject({
  ...sliceShape,
  name: z.string(),
  url: z.string(),
  method: z.string(),
  weight: count,
});

const backendSchema = z.looseObject({
  completed: count,
  errors: count.describe("answered, and not ok"),
  failed: count.describe("exchanges that failed on a connection to it, or on the way to one"),
  serviceMs: latencySchema,
});

const recordedSchema = z.looseObject({
  recorded: count,
  missing: count.describe("answers without the header, or with no number in it"),
  valueMs: latencySchema,
  overheadMs: latencySchema.describe("service − value, exchange by exchange; at least 0"),
});

const probeSchema = z.looseObject({
  child: z.string(),
  completed: count,
  columns: z.record(z.string(), z.looseObject({ probe: latencySchema, rest: latencySchema })),
  disagreements: z.array(z.string()),
});

export const accountingSchema = z.looseObject({
  due: count,
  sent: count,
  dropped: count,
  unsent: count,
  unknown: count,
  completed: count,
  failed: count,
  censored: count,
  intervalsExpected: count,
  intervalsReceived: count,
});
export type Accounting = z.infer<typeof accountingSchema>;

const thresholdSchema = z.looseObject({
  expr: z.string(),
  value: quantitySchema.describe("ms, a fraction, per second or a count, as the metric has it"),
  ok: z.boolean().nullable().describe("null: too few samples to say"),
});
export type JudgedThreshold = z.infer<typeof thresholdSchema>;

const processSchema = z.looseObject({
  command: z.array(z.string()).describe("secrets are redacted"),
  exitCode: z.int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
});

const agentSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  labels: z.record(z.string(), z.string()),
  clockErrorMs: z
    .number()
    .nullable()
    .describe("its clock against the coordinator's, at worst in the run; null: never measured"),
  clockErrorBoundMs: z.number().nullable().describe("by so much clockErrorMs may be wrong"),
  sick: z.string().nullable().describe("why it was not fit to measure"),
  completed: count.describe("of the measured part"),
  latencyMs: z
    .record(z.string(), latencySchema)
    .describe("response or service, and lag, by itself; empty in large fleets"),
});
export type AgentResult = z.infer<typeof agentSchema>;

const childSchema = z.looseObject({
  id: z.string(),
  share: z.looseObject({ from: count, to: count, of: count }),
  incarnation: count,
  intervals: z.looseObject({ expected: count, received: count }),
  unknownFromS: z.number().nullable().describe("its exchanges due from here on are unknown"),
  cpuPercent: z.number().nullable(),
  startLatenessMs: z.number().nullable(),
  end: z.looseObject({
    outcome: z.enum(["done", "stopped", "lost", "failed"]),
    reason: z.string(),
  }),
  process: processSchema.optional().describe("of a generator that is another program"),
  agent: agentSchema.optional().describe("where the child is an agent of a fleet"),
  environment: environmentSchema.optional().describe("of the agent's machine"),
});
export type ChildResult = z.infer<typeof childSchema>;

export type { Environment };
export { environmentSchema };

export const fidelitySchema = z.looseObject({
  kind: z.enum(FIDELITIES),
  relativeError: share
    .nullable()
    .describe("a percentile is at most so much too high, as a fraction; null: nobody knows"),
});

export const OUTCOMES = ["pass", "fail", "inconclusive"] as const;

const verdictSchema = z.looseObject({
  outcome: z.enum(OUTCOMES),
  reasons: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;

const errorSchema = z.looseObject({
  count,
  sample: z.string(),
  atS: z.number().nullable().describe("after the start; null: the generator does not know when"),
});

export const resultSchema = z.looseObject({
  schema: z.literal(RESULT_SCHEMA),
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  plan: z.looseObject({}).describe("the resolved plan; secrets are redacted"),
  startedAt: z.iso.datetime(),
  durationS: z.number().describe("of the measured part"),
  generator: z.looseObject({
    name: z.string(),
    version: z.string(),
    workers: count,
    cpuPercent: z.number().nullable().describe("of one core, mean over workers"),
    latencyKind: z
      .enum(LATENCY_MEANINGS)
      .default("response")
      .describe("response: from due to done; service: from the sending on"),
    fidelity: fidelitySchema.default({ kind: "histogram", relativeError: HISTOGRAM_ERROR }),
    healthy: z.boolean().nullable().describe("null: nobody knows"),
    faults: z.array(z.string()).describe("why it is not healthy; they are warnings too"),
    warnings: z.array(z.string()),
  }),
  offered: z.looseObject({ requests: count, ratePerS: share }),
  achieved: z.looseObject({ requests: count, ratePerS: share }),
  accounting: accountingSchema,
  populations: z.looseObject({ ok: count, error: count, unanswered: count }),
  latencyMs: z.record(z.string(), latencySchema).describe("columns that were measured"),
  statusCodes: z.record(z.string(), count),
  errors: z.record(z.string(), count),
  errorSamples: z.record(z.string(), errorSchema),
  bytes: z.looseObject({ sent: count.nullable(), received: count.nullable() }),
  connections: z.looseObject({
    opened: count.nullable(),
    reused: count.nullable(),
    closedByServer: count.nullable(),
    failed: count.nullable(),
    resumed: count.nullable().describe("TLS sessions that were resumed, of those opened"),
  }),
  lookupMs: z.number().describe("for the target's name, before the run"),
  backends: z.record(z.string(), backendSchema).describe("by address"),
  targets: z.array(targetSchema),
  stages: z.array(stageSchema).describe("empty where the plan has none"),
  recorded: z.record(z.string(), recordedSchema).describe("by name of the header"),
  probe: probeSchema.nullable(),
  stopped: z
    .looseObject({ condition: z.string(), atS: z.number() })
    .nullable()
    .describe("the condition of `stopOn` that ended the run"),
  series: z.array(
    z.looseObject({
      atS: z.number(),
      overS: z.number().describe("seconds in this row: 1, or more in a run of hours"),
      duePerS: z.number(),
      ratePerS: z.number().describe("answered"),
      errors: count,
      p50: quantitySchema,
      p99: quantitySchema,
      max: quantitySchema,
    }),
  ),
  histograms: z.record(z.string(), z.string()).describe("base64 of HdrHistogram V2 compressed, ns"),
  warmup: z.looseObject({ due: count, sent: count, completed: count, failed: count }).nullable(),
  children: z.array(childSchema),
  thresholds: z.array(thresholdSchema),
  verdict: verdictSchema,
  environment: environmentSchema,
});

export type Result = z.infer<typeof resultSchema>;
