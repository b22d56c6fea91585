/** What coordinators ask agents, as agents let it in. */
import { VERSION } from "@nightjar/core/version.ts";
import { z } from "zod";
import { LEASE } from "../limits.ts";
import {
  decodeMessage,
  FLEET_PROTOCOL,
  LOST_AGENT,
  type Parcel,
  type Question,
} from "../messages.ts";
import { count, faultOf, longName, name, ordinal, sentence, token } from "./text.ts";

/** More than the longest order needs, in the smallest payloads. */
export const MOST_PARTS = 1024;

const claim = z.object({
  type: z.literal("claim"),
  protocol: count,
  version: name,
  runId: token,
  coordinator: longName,
  attempt: ordinal,
  child: token,
  generator: name,
  lostAgent: z.enum(LOST_AGENT),
  leaseNs: z.number().min(LEASE.leastNs).max(LEASE.mostNs),
  orphanNs: z.number().min(0).max(LEASE.mostOrphanNs),
});

export const parcel: z.ZodType<Parcel> = z
  .object({
    type: z.literal("parcel"),
    runId: token,
    number: ordinal,
    part: count,
    parts: z.int().min(1).max(MOST_PARTS),
    sha256: z.string().regex(/^[\da-f]{64}$/, "64 hexadecimal digits"),
    bytes: z.instanceof(Uint8Array),
  })
  .refine(({ part, parts }) => part < parts, { path: ["part"], message: "below parts" });

const beat = z.object({ type: z.literal("beat"), runId: token, number: ordinal });

const release = z.object({
  type: z.literal("release"),
  runId: token,
  attempt: ordinal,
  reason: sentence,
});

const BY_TYPE = new Map<unknown, z.ZodType<Question>>(
  Object.entries({ claim, parcel, beat, release }),
);

/** Of a coordinator that is another Nightjar: its claims may look otherwise. */
const foreignClaim = z.object({ type: z.literal("claim"), protocol: z.number(), version: name });

export type Asked =
  | { readonly question: Question }
  | { readonly otherVersion: { readonly protocol: number; readonly version: string } }
  | { readonly fault: string };

export function readQuestion(payload: Uint8Array): Asked {
  const message = decodeMessage(payload);
  if (message === undefined) return { fault: "it is no message" };
  const { data: foreign } = foreignClaim.safeParse(message);
  if (foreign && (foreign.protocol !== FLEET_PROTOCOL || foreign.version !== VERSION)) {
    return { otherVersion: foreign };
  }
  const read = BY_TYPE.get(message.type)?.safeParse(message);
  if (read === undefined) return { fault: "its type is unknown" };
  return read.success
    ? { question: read.data }
    : { fault: `${message.type}.${faultOf(read.error)}` };
}
