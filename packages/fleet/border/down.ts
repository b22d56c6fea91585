/** What a coordinator's link may say to an agent, as agents let it in. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { z } from "zod";
import { count, faultOf, sentence, token } from "./text.ts";

export type Down = Extract<Message, { type: "prepare" | "cancel" | "start" | "stop" }>;

/** The plan is judged apart. What a fleet does not order, nobody else does by it. */
const order = z.strictObject({
  plan: z.record(z.string(), z.unknown()),
  share: z
    .strictObject({ from: count, to: count, of: count })
    .refine(({ from, to, of }) => from < to && to <= of, "a part of the connections"),
  runId: token,
  child: token,
  incarnation: z.literal(0),
  from: z.literal(0),
  assets: z.record(z.string(), z.instanceof(Uint8Array)),
});

const down = z.discriminatedUnion("type", [
  z.object({ type: z.literal("prepare"), order }),
  z.object({ type: z.literal("cancel") }),
  z.object({ type: z.literal("start"), t0Ns: z.number() }),
  // From the second on it means "at once".
  z.object({
    type: z.literal("stop"),
    reason: sentence,
    call: count.transform((call) => Math.min(call, 2)),
  }),
]);

/** Throws `protocol`. */
export function readDown(message: unknown): Down {
  const read = down.safeParse(message);
  if (read.success) return read.data as unknown as Down;
  throw new NightjarError("protocol", `an order is malformed: ${faultOf(read.error)}`);
}
