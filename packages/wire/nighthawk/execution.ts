/**
 * Execution: what Nighthawk's options ask for, as a plan of ours and what no plan says. What is not
 * carried out is refused by the name of its option.
 */
import { labelsOfTexts } from "@nightjar/core/plan/label-texts.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { formatDuration } from "@nightjar/core/plan/quantity.ts";
import {
  type CommandLineOptions,
  AddressFamily_AddressFamilyOptions as Family,
  SequencerIdleStrategy_SequencerIdleStrategyOptions as Idle,
  H1ConnectionReuseStrategy_H1ConnectionReuseStrategyOptions as Reuse,
} from "../generated/nighthawk/client/options_pb.ts";
import { completeOptions } from "./complete-options.ts";
import { byOption } from "./option-of-place.ts";
import { refuseOption } from "./option-refusal.ts";
import { loadOf } from "./options-load.ts";
import { targetsOf } from "./options-target.ts";
import { type Predicate, predicatesOf } from "./predicates.ts";
import { refuseUnsupported } from "./refused-options.ts";
import { durationNs, wallNsOf } from "./wire-time.ts";

export interface Execution {
  /** With every default. */
  readonly options: CommandLineOptions;
  /** Of all workers together. */
  readonly plan: Plan;
  /** Of each worker for itself. */
  readonly predicates: readonly Predicate[];
  /** Nanoseconds since 1970; absent: as soon as it can. */
  readonly startWallNs?: bigint;
}

/** Longer than any answer takes: upstream has no limit at all. */
const ANSWER_TIMEOUT = "1h";

/** `cores`: what the concurrency `auto` stands for. Throws `bad-plan`. */
export function executionOf(written: CommandLineOptions, cores: number): Execution {
  refuseUnsupported(written);
  const options = completeOptions(written);
  const { scheduledStart } = options;
  return {
    options,
    plan: planOf(options, cores),
    predicates: predicatesOf(options),
    ...(scheduledStart && { startWallNs: wallNsOf(scheduledStart) }),
  };
}

function planOf(options: CommandLineOptions, cores: number): Plan {
  const document = documentOf(options, cores);
  try {
    return resolvePlan(document);
  } catch (error) {
    throw byOption(error, options);
  }
}

function documentOf(options: CommandLineOptions, cores: number): PlanDocument {
  const timeoutNs = options.timeout ? durationNs("timeout", options.timeout) : 0;
  if (timeoutNs === 0) refuseOption("timeout", "longer than 0 s, found 0 s");
  return {
    name: "nighthawk",
    labels: labelsOfTexts(options.labels),
    ...targetsOf(options),
    ...loadOf(options, cores),
    timeout: ANSWER_TIMEOUT,
    connectTimeout: formatDuration(timeoutNs),
    // What is in flight at the end is not waited for, as upstream does not count it.
    drain: "0s",
    idle: idleOf(options),
    connection: connectionOf(options),
    recordHeaders: recordHeadersOf(options),
  };
}

/** Spinning is upstream's default; where it would starve the machine, we do not. */
function idleOf({ sequencerIdleStrategy: strategy }: CommandLineOptions): "auto" | "sleep" {
  const sleeps = strategy?.value === Idle.POLL || strategy?.value === Idle.SLEEP;
  return sleeps ? "sleep" : "auto";
}

const FAMILIES = { [Family.AUTO]: "any", [Family.V4]: "ipv4", [Family.V6]: "ipv6" } as const;
/** Counts up to here and beyond never end a connection. */
const NO_LIMIT = 4_294_937_295;

function connectionOf(options: CommandLineOptions): PlanDocument["connection"] {
  const { maxRequestsPerConnection: most = NO_LIMIT, addressFamily, prefetchConnections } = options;
  const { experimentalH1ConnectionReuseStrategy: strategy } = options;
  if (most === 0) refuseOption("max_requests_per_connection", "value must be at least 1, found 0");
  return {
    ...(most < NO_LIMIT && { maxRequests: most }),
    addressFamily: FAMILIES[addressFamily?.value ?? Family.AUTO],
    reuse: strategy?.value === Reuse.LRU ? "lru" : "mru",
    prefetch: prefetchConnections === true,
  };
}

/** A number of nanoseconds. */
function recordHeadersOf({ latencyResponseHeaderName: name = "" }: CommandLineOptions): string[] {
  if (name === "") return [];
  const where = "latency_response_header_name";
  if (name.toLowerCase() === "server-timing") refuseOption(where, `${name} holds milliseconds`);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) refuseOption(where, "not the name of a header");
  return [`${name.toLowerCase()}:ns`];
}
