/** What an agent's link may say, as whoever reads the run's stream lets it in. */
import { type ErrorCode, NightjarError } from "@nightjar/core/errors.ts";
import { environmentSchema } from "@nightjar/core/record/environment.ts";
import { FIDELITIES } from "@nightjar/core/record/fidelity.ts";
import { LIMITED_COUNTS } from "@nightjar/core/run/count-limit.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { z } from "zod";
import { MOST_INTERVALS } from "./snapshot.ts";
import { count, faultOf, longName, sentence, token } from "./text.ts";

export type Up = Extract<Message, { type: "ready" | "refused" | "event" }>;

const CODES = [
  ...["bad-plan", "bad-usage", "refused", "prepare-failed", "unknown-host", "file", "lost"],
  "protocol",
] as const;
const code = z.enum(CODES as readonly ErrorCode[]);

const MOST_ADDRESSES = 10_000;
const MOST_NOTES = 100;
const MOST_TEXT = 1024 * 1024;
const mostNs = MOST_INTERVALS * 1e9;
const duration = z.number().min(0).max(mostNs);

const ready = z.object({
  type: z.literal("ready"),
  ready: z.object({
    workers: z.int().min(0).max(4096),
    addresses: z.array(longName).max(MOST_ADDRESSES),
    lookupNs: duration,
    pid: count.optional(),
    patienceNs: duration.optional(),
  }),
});

const refused = z.object({
  type: z.literal("refused"),
  code,
  message: sentence,
  hint: sentence.optional(),
});

const who = { child: token, incarnation: z.literal(0) };
const text = z.string().max(MOST_TEXT);

const started = z.object({
  type: z.literal("started"),
  ...who,
  latenessNs: z.number().min(-mostNs).max(mostNs),
});

const ended = z.object({
  type: z.literal("ended"),
  ...who,
  outcome: z.enum(["done", "stopped", "lost", "failed"]),
  reason: sentence,
  intervals: count.max(MOST_INTERVALS).nullable(),
  untilNs: duration.nullable(),
  limit: z.object({ count: z.enum(LIMITED_COUNTS), above: count }).optional(),
  fidelity: z
    .object({ kind: z.enum(FIDELITIES), relativeError: z.number().min(0).nullable() })
    .optional(),
  notes: z.array(sentence).max(MOST_NOTES).optional(),
  environment: environmentSchema.optional(),
  transcript: z
    .object({
      command: z.array(text).max(MOST_ADDRESSES),
      exitCode: z.int().nullable(),
      stdout: text,
      stderr: text,
    })
    .optional(),
});

const BY_TYPE = new Map<unknown, z.ZodType>(Object.entries({ ready, refused, started, ended }));

/** Snapshots are handed on as they are: `SnapshotCheck` looks at them. Throws `protocol`. */
export function readUp(message: unknown): Up {
  const { type, event } = message as { type?: unknown; event?: { type?: unknown } };
  if (type !== "event") return read(message, type) as Up;
  if (typeof event !== "object" || event === null) malformed("event: none");
  if (event.type === "snapshot") return message as Up;
  return { type: "event", event: read(event, event.type) } as Up;
}

function read(message: unknown, type: unknown): unknown {
  const schema = BY_TYPE.get(type) ?? malformed("its type is unknown");
  const { success, data, error } = schema.safeParse(message);
  return success ? data : malformed(`${type}.${faultOf(error)}`);
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `it is malformed: ${what}`);
}
