/** What a coordinator has written into a run's stream, as whoever reads it lets it in. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { environmentSchema } from "@nightjar/core/record/environment.ts";
import { VERSION } from "@nightjar/core/version.ts";
import { z } from "zod";
import { LEASE, STORE } from "../limits.ts";
import { FLEET_PROTOCOL, LOST_AGENT } from "../messages.ts";
import type { Head, HeadChild, Log } from "../record.ts";
import { agentFacts, capabilities } from "./facts.ts";
import { readPlan } from "./plan.ts";
import { count, faultOf, harmless, longName, name, sentence, token } from "./text.ts";

const whenNs = z.number().min(0);
const reading = z.object({ offsetNs: z.number(), boundNs: z.number().min(0) });
const share = z.object({ from: count, to: count, of: count });

const head = z.object({
  type: z.literal("head"),
  protocol: count,
  version: name,
  runId: token,
  plan: z.record(z.string(), z.unknown()),
  startedAt: z.iso.datetime(),
  generator: capabilities,
  lookupNs: z.number().min(0),
  coordinator: longName,
  environment: environmentSchema,
  lostAgent: z.enum(LOST_AGENT),
  leaseNs: z.number().min(LEASE.leastNs).max(LEASE.mostNs),
  children: z
    .array(
      z.object({
        spec: z.object({ id: token, share, workers: z.int().min(0).max(4096).optional() }),
        agent: agentFacts,
        clock: reading,
      }),
    )
    .min(1)
    .max(STORE.agents),
});

const about = { atNs: whenNs, child: token, reason: sentence };
const log: z.ZodType<Log> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("clocks"), atNs: whenNs, clocks: z.record(token, reading) }),
  z.object({ type: z.literal("lost"), ...about }),
  z.object({ type: z.literal("sick"), ...about }),
  z.object({ type: z.literal("interrupted"), atNs: whenNs, reason: sentence }),
  z.object({
    type: z.literal("stopped"),
    atNs: whenNs,
    stop: z.object({ condition: sentence, atNs: whenNs }),
  }),
  z.object({ type: z.literal("end"), atNs: whenNs, environment: environmentSchema }),
]);

/** Throws `protocol`, `refused` for one that another Nightjar has written. */
export function readHead(record: unknown): Head {
  refuseOtherVersion(record);
  const read = head.safeParse(record);
  if (!read.success) malformed("head", faultOf(read.error));
  const plan = planIn(read.data.plan);
  refuseOddShares(read.data.children, plan);
  return { ...read.data, plan };
}

/** Throws `protocol`. */
export function readLog(record: unknown): Log {
  const read = log.safeParse(record);
  return read.success ? read.data : malformed("log", faultOf(read.error));
}

const written = z.object({ type: z.literal("head"), protocol: z.number(), version: name });

function refuseOtherVersion(record: unknown): void {
  const { data } = written.safeParse(record);
  if (!data || (data.protocol === FLEET_PROTOCOL && data.version === VERSION)) return;
  throw new NightjarError(
    "refused",
    `the run is of Nightjar ${data.version} (fleet protocol ${data.protocol}), and this is ` +
      `${VERSION} (${FLEET_PROTOCOL})`,
    "collect it by the version that has run it",
  );
}

function planIn(document: unknown): Plan {
  try {
    return readPlan(document);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return malformed("head", `plan: ${harmless(error.message)}`);
  }
}

/** Together they are the whole, and nobody has what another has. */
function refuseOddShares(children: readonly HeadChild[], { load }: Plan): void {
  if (new Set(children.map(({ spec }) => spec.id)).size < children.length) {
    malformed("head", "children: two of one name");
  }
  let end = 0;
  for (const { share } of children.map(({ spec }) => spec).sort(byFrom)) {
    if (share.from !== end || share.to <= end || share.of !== load.connections) {
      malformed("head", "children: their shares are not those of the plan");
    }
    end = share.to;
  }
  if (end !== load.connections) malformed("head", "children: nobody has the rest of the load");
}

function byFrom(a: HeadChild["spec"], b: HeadChild["spec"]): number {
  return a.share.from - b.share.from;
}

function malformed(what: string, fault: string): never {
  throw new NightjarError("protocol", `it is malformed: ${what}.${fault}`);
}
