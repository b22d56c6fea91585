/**
 * The plan as a document: one zod schema → types, validation, JSON Schema
 * (`docs/schema/plan.json`). Rates, connections and limits are totals of the whole run, never per
 * worker. Durations stay in the spelling of people (`10s`); `timing()` in `plan.ts` turns them into
 * nanoseconds.
 */
import { z } from "zod";
import {
  checksSchema,
  connectionSchema,
  numberHeaderSchema,
  recordHeadersSchema,
  tlsSchema,
} from "./connection-schema.ts";
import { GENERATOR_NAMES, generatorWanted } from "./generator-name.ts";
import { durationSchema, loadSchema } from "./load-schema.ts";
import { LIMIT } from "./plan-limits.ts";
import { targetSchema } from "./target-schema.ts";

/** A name or an IPv4 address, or an IPv6 address in brackets. */
const ADDRESS_PATTERN = /^([\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/;

const labelName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "a label's name holds no control characters");

export const planDocumentSchema = z
  .strictObject({
    name: z.string().min(1).max(200).default("nightjar run"),
    labels: z
      .record(labelName, z.string().max(200))
      .refine(
        (labels) => Object.keys(labels).length <= LIMIT.labels,
        `at most ${LIMIT.labels} labels`,
      )
      .default({}),
    targets: z.array(targetSchema).min(1, "name a target").max(LIMIT.targets),
    protocol: z.enum(["http1"]).default("http1"),
    load: loadSchema.prefault({}),
    duration: z
      .union([durationSchema, z.literal("unlimited")])
      .optional()
      .describe("of the measured part; 10s unless `requests` or `stages` end the run"),
    warmup: durationSchema.default("0s").describe("before the measured part, recorded apart"),
    timeout: durationSchema
      .default("5s")
      .describe("from the first byte sent to the last byte read"),
    connectTimeout: durationSchema
      .optional()
      .describe("for a connection to open, TCP and TLS together; default: the timeout"),
    drain: durationSchema
      .optional()
      .describe("at the end, time for answers; default: the timeout, ≤ 5s"),
    seed: z.int().min(0).max(4294967295).default(1),
    generator: z
      .enum(GENERATOR_NAMES, { error: ({ input }) => generatorWanted(String(input)) })
      .default("nightjar")
      .describe("which program sends the load"),
    generatorAddresses: z
      .array(z.string().regex(ADDRESS_PATTERN, "write HOST:PORT"))
      .max(LIMIT.generatorAddresses)
      .default([])
      .describe("HOST:PORT of running services that the generator drives (nighthawk)"),
    workers: z.union([z.literal("auto"), z.int().min(1).max(LIMIT.workers)]).default("auto"),
    idle: z
      .enum(["auto", "spin", "sleep"])
      .default("auto")
      .describe(
        "how a worker waits: spin is exact and burns a core, sleep is late by about 0.1–1 ms",
      ),
    probe: z
      .boolean()
      .default(false)
      .describe("a nearly idle worker of one connection and 1 % of the load stands beside"),
    maxClockError: durationSchema
      .optional()
      .describe("in a fleet: how far an agent's clock may be off, with the doubt about that"),
    connection: connectionSchema.prefault({}),
    tls: tlsSchema.prefault({}),
    checks: checksSchema.prefault({}),
    recordHeaders: recordHeadersSchema,
    numberHeader: numberHeaderSchema.describe("request header that carries the exchange number i"),
    thresholds: z.array(z.string()).max(LIMIT.thresholds).default([]),
    stopOn: z
      .array(z.string())
      .max(LIMIT.stopConditions)
      .default([])
      .describe("THRESHOLD for DURATION: what holds for so long ends the run"),
  })
  .meta({ title: "Nightjar plan", $id: "urn:nightjar:schema:plan" });

/** What a person writes. */
export type PlanDocument = z.input<typeof planDocumentSchema>;
/** The document with the defaults of the schema; `plan.ts` settles what depends on other fields. */
export type ParsedDocument = z.output<typeof planDocumentSchema>;

/** JSON Schema of the document (draft 2020-12), for editors. */
export function planJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(planDocumentSchema, { io: "input" }) as Record<string, unknown>;
}
