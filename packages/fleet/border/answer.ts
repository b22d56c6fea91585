/** What agents answer, and what they say of themselves, as coordinators let it in. */
import { z } from "zod";
import type { BusFault } from "../bus.ts";
import { type Answer, decodeMessage, type Heartbeat, STEPS } from "../messages.ts";
import { agentFacts, capabilities } from "./facts.ts";
import { count, longName, sentence, token } from "./text.ts";

const FAULTS = ["no answer", "no such stream", "full", "not allowed"] as const;
const fault: z.ZodType<BusFault> = z.enum(FAULTS);

const BY_TYPE = new Map<unknown, z.ZodType<Answer>>(
  Object.entries({
    claimed: z.object({ type: z.literal("claimed"), facts: agentFacts, capabilities }),
    refused: z.object({
      type: z.literal("refused"),
      reason: sentence,
      hint: sentence.optional(),
    }),
    taken: z.object({ type: z.literal("taken") }),
    beat: z.object({
      type: z.literal("beat"),
      nowNs: z.number(),
      step: z.enum(STEPS),
      waiting: count,
      discarded: count,
      fault: fault.nullable(),
      throttledMs: z.number().min(0).nullable(),
    }),
    released: z.object({ type: z.literal("released") }),
  }),
);

/** `undefined`: none of ours, or a damaged one. */
export function readAnswer(payload: Uint8Array): Answer | undefined {
  const message = decodeMessage(payload);
  return message && BY_TYPE.get(message.type)?.safeParse(message).data;
}

const heartbeat: z.ZodType<Heartbeat> = z.object({
  facts: agentFacts,
  state: z.discriminatedUnion("is", [
    z.object({ is: z.literal("idle") }),
    z.object({ is: z.literal("busy"), runId: token, coordinator: longName }),
    z.object({ is: z.literal("leaving") }),
  ]),
});

/** More than its fields can need. */
const HEARTBEAT_BYTES = 64 * 1024;

/** `undefined`: none of ours, or a damaged one. */
export function readHeartbeat(payload: Uint8Array): Heartbeat | undefined {
  if (payload.length > HEARTBEAT_BYTES) return undefined;
  const message = decodeMessage(payload);
  return message && heartbeat.safeParse(message).data;
}
