/** How fast, how evenly, and over how many connections: the `load` of a plan. */
import { z } from "zod";
import { LIMIT, MAX_QUANTITY_LENGTH } from "./plan-limits.ts";
import { DURATION_PATTERN, RATE_PATTERN } from "./quantity.ts";
import { nearest } from "./suggest.ts";

export const durationSchema = z
  .string()
  .max(MAX_QUANTITY_LENGTH, "too long for a duration")
  .regex(DURATION_PATTERN, "not a duration: write a number with a unit, like 500ms, 10s or 1m30s");

const rateText = z.string().max(MAX_QUANTITY_LENGTH, "too long for a rate");

/** `100..500`, each side as a rate is written. */
const RATE = String.raw`\d+(?:\.\d+)?(?:/[smh])?`;
export const STAGE_RATE_PATTERN = new RegExp(`^${RATE}(\\.\\.${RATE})?$`);

const stageSchema = z.strictObject({
  duration: durationSchema,
  rate: z
    .union([
      z.number().min(0).max(LIMIT.ratePerS),
      rateText.regex(STAGE_RATE_PATTERN, "not a rate: write 1000, 500/s or 0..1000"),
    ])
    .describe("per second, total; FROM..TO rises or falls evenly"),
});

/** `jitter:10%`, `burst:50`. */
export const ARRIVALS_PATTERN = /^(constant|poisson|jitter:\d+(\.\d+)?%|burst:\d+)$/;

const PROCESSES = ["constant", "poisson", "jitter", "burst"];

/** What `text` may have been meant to be. */
function nearestArrivals(text: string): string | undefined {
  const [word, amount = ""] = text.split(":");
  const process = nearest(word, PROCESSES);
  if (process === "jitter") return `jitter:${/^\d+(\.\d+)?/.exec(amount)?.[0] ?? 10}%`;
  if (process === "burst") return `burst:${/^\d+/.exec(amount)?.[0] ?? 50}`;
  return process;
}

function arrivalsWanted(text: string): string {
  const near = nearestArrivals(text);
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  return `constant, poisson, jitter:10% or burst:50 is wanted${hint}`;
}

export const loadSchema = z.strictObject({
  model: z
    .enum(["open", "closed"])
    .optional()
    .describe("open: due times do not wait for answers; closed: fixed concurrency"),
  rate: z
    .union([
      z.number().positive("a rate is above zero").max(LIMIT.ratePerS),
      rateText.regex(RATE_PATTERN, "not a rate: write 2000, 500/s, 30/m or max"),
    ])
    .optional()
    .describe("exchanges per second, total; or max (closed loop)"),
  stages: z
    .array(stageSchema)
    .min(1, "name a stage")
    .max(LIMIT.stages)
    .optional()
    .describe("one after another, instead of rate and duration"),
  arrivals: z
    .string()
    .max(MAX_QUANTITY_LENGTH, "too long for arrivals")
    .regex(ARRIVALS_PATTERN, { error: ({ input }) => arrivalsWanted(String(input)) })
    .default("constant")
    .describe("constant, poisson, jitter:PERCENT% or burst:N"),
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

/** As a plan resolves it: the rate in numbers per second, or `FROM..TO` of them. */
export type Stage = z.output<typeof stageSchema>;
