/**
 * The plan as a document: one zod schema → types, validation, JSON Schema
 * (`docs/schema/plan.json`). Rates, connections and limits are totals of the whole run, never per
 * worker. Durations stay in the spelling of people (`10s`); `timing()` in `plan.ts` turns them into
 * nanoseconds.
 */
import { z } from "zod";
import { DURATION_PATTERN, RATE_PATTERN } from "./quantity.ts";

export const LIMIT = {
  ratePerS: 10_000_000,
  connections: 100_000,
  requests: 1e12,
  backlog: 10_000_000,
  workers: 256,
  headers: 100,
  headerBytes: 16_384,
  bodyBytes: 8 * 1024 * 1024,
  labels: 50,
  thresholds: 100,
} as const;

/** RFC 9110 token. */
export const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, space, tab and obs-text; no line breaks: a header cannot smuggle another one. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Longer than any sensible number. */
const MAX_QUANTITY_LENGTH = 50;

const duration = z
  .string()
  .max(MAX_QUANTITY_LENGTH, "too long for a duration")
  .regex(DURATION_PATTERN, "not a duration: write a number with a unit, like 500ms, 10s or 1m30s");

const method = z
  .string()
  .regex(/^[A-Z]{1,20}$/, "not a method: write it in capitals, like GET or POST");

export const targetSchema = z.strictObject({
  url: z.string().min(1).describe("absolute http:// or https:// URL"),
  method: method.default("GET"),
  headers: z
    .record(
      z.string().regex(HEADER_NAME, "not a header name"),
      z.string().max(LIMIT.headerBytes).regex(HEADER_VALUE, "a header value holds no line breaks"),
    )
    .default({})
    .describe("sent with every request, in this order"),
  body: z.string().max(LIMIT.bodyBytes).optional().describe("request body, as text"),
  bodyFile: z.string().optional().describe("file that holds the request body"),
});

export const loadSchema = z.strictObject({
  model: z
    .enum(["open", "closed"])
    .optional()
    .describe("open: due times do not wait for answers; closed: fixed concurrency"),
  rate: z
    .union([
      z.number().positive("a rate is above zero").max(LIMIT.ratePerS),
      z
        .string()
        .max(MAX_QUANTITY_LENGTH, "too long for a rate")
        .regex(RATE_PATTERN, "not a rate: write 2000, 500/s, 30/m or max"),
    ])
    .optional()
    .describe("exchanges per second, total; or max (closed loop)"),
  arrivals: z.enum(["constant", "poisson"]).default("constant"),
  connections: z
    .union([z.literal("auto"), z.int().min(1).max(LIMIT.connections)])
    .default("auto")
    .describe("total, shared out among the workers"),
  requests: z.int().min(1).max(LIMIT.requests).optional().describe("stop after this many"),
  maxBacklog: z
    .union([z.literal("auto"), z.int().min(0).max(LIMIT.backlog)])
    .default("auto")
    .describe("due exchanges that may wait for a connection before new ones are dropped"),
});

export const tlsSchema = z.strictObject({
  insecure: z.boolean().default(false).describe("accept any certificate"),
  caCert: z.string().optional().describe("PEM file of certificate authorities to trust"),
  sni: z.string().min(1).optional().describe("server name to send and to verify"),
});

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
    targets: z.array(targetSchema).min(1, "name a target").max(1, "one target for now"),
    protocol: z.enum(["http1"]).default("http1"),
    load: loadSchema.prefault({}),
    duration: z
      .union([duration, z.literal("unlimited")])
      .optional()
      .describe("of the measured part; 10s unless `requests` ends the run"),
    warmup: duration.default("0s").describe("before the measured part, recorded apart"),
    timeout: duration.default("5s").describe("from the first byte sent to the last byte read"),
    connectTimeout: duration
      .optional()
      .describe("for a connection to open, TCP and TLS together; default: the timeout"),
    drain: duration.optional().describe("at the end, time for answers; default: the timeout, ≤ 5s"),
    seed: z.int().min(0).max(4294967295).default(1),
    workers: z.union([z.literal("auto"), z.int().min(1).max(LIMIT.workers)]).default("auto"),
    idle: z
      .enum(["auto", "spin", "sleep"])
      .default("auto")
      .describe(
        "how a worker waits: spin is exact and burns a core, sleep is late by about 0.1–1 ms",
      ),
    tls: tlsSchema.prefault({}),
    numberHeader: z
      .string()
      .regex(HEADER_NAME, "not a header name")
      .optional()
      .describe("request header that carries the exchange number i"),
    thresholds: z.array(z.string()).max(LIMIT.thresholds).default([]),
  })
  .meta({ title: "Nightjar plan", $id: "urn:nightjar:schema:plan" });

/** What a person writes. */
export type PlanDocument = z.input<typeof planDocumentSchema>;
/** The document with the defaults of the schema; `plan.ts` settles what depends on other fields. */
export type ParsedDocument = z.output<typeof planDocumentSchema>;
export type Target = z.output<typeof targetSchema>;

/** JSON Schema of the document (draft 2020-12), for editors. */
export function planJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(planDocumentSchema, { io: "input" }) as Record<string, unknown>;
}
