/**
 * A plan of ours as Nighthawk's options: the way back of `executionOf`. Its rate and connections
 * are whole numbers of each worker, its durations whole seconds: what is not spread exactly is
 * refused, and so is what it has no option for.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { textsOfLabels } from "@nightjar/core/plan/label-texts.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseArrivals } from "@nightjar/core/plan/plan-load.ts";
import { parseDurationNs, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import {
  type CommandLineOptions,
  CommandLineOptionsSchema,
  AddressFamily_AddressFamilyOptions as Family,
  H1ConnectionReuseStrategy_H1ConnectionReuseStrategyOptions as Reuse,
} from "../generated/nighthawk/client/options_pb.ts";
import { refuseOption } from "./option-refusal.ts";
import { rampOf } from "./plan-ramp.ts";
import { targetOptions } from "./plan-targets.ts";
import { durationOf } from "./wire-time.ts";

type OptionsInit = Exclude<MessageInitShape<typeof CommandLineOptionsSchema>, CommandLineOptions>;

/** Throws `bad-plan` with the place in the plan and what would do. */
export function optionsOfPlan(plan: Plan, workers: number): CommandLineOptions {
  return create(CommandLineOptionsSchema, {
    ...loadOptions(plan, workers),
    ...connectionOptions(plan),
    ...targetOptions(plan),
    ...headerOption(plan),
    concurrency: String(workers),
    labels: textsOfLabels(plan.labels),
    // What fails is for the plan's own thresholds to judge.
    noDefaultFailurePredicates: true,
  });
}

/** So many for each worker. Throws where that is no whole number. */
function share(path: string, total: number, workers: number, unit = ""): number {
  if (total % workers === 0) return total / workers;
  const near = Math.max(1, Math.round(total / workers)) * workers;
  return refuseOption(
    path,
    `Nighthawk takes a whole number for each of ${workers} workers, found ${total}${unit}`,
    `${near}${unit} would do`,
  );
}

function wholeSeconds(path: string, text: string): number {
  const seconds = parseDurationNs(text) / SECOND_NS;
  if (Number.isInteger(seconds)) return seconds;
  return refuseOption(path, `Nighthawk takes whole seconds, found ${text}`);
}

function loadOptions(plan: Plan, workers: number): OptionsInit {
  const { load } = plan;
  if (load.model === "closed" || load.rate === "max") {
    const hint = "its closed loop sends at a rate, and what is late is sent later";
    return refuseOption("load.model", "Nighthawk has no loop as fast as answers come", hint);
  }
  if (load.requests !== undefined) {
    refuseOption("load.requests", "Nighthawk counts no requests beforehand", "give a duration");
  }
  const seconds = wholeSeconds("duration", plan.duration);
  return {
    requestsPerSecond: share("load.rate", load.rate, workers, "/s"),
    connections: share("load.connections", load.connections, workers),
    oneofDurationOptions: { case: "duration", value: durationOf(seconds * SECOND_NS) },
    ...backlogOptions(plan, workers),
    ...arrivalOptions(plan, workers),
    ...warmupOption(plan, workers),
  };
}

/** A backlog that holds all that ever becomes due is Nighthawk's closed loop. */
function backlogOptions({ load, ...plan }: Plan, workers: number): OptionsInit {
  const owed = ((load.rate as number) * parseDurationNs(plan.duration)) / SECOND_NS;
  if (load.maxBacklog >= owed) return { openLoop: false };
  const maxPendingRequests = share("load.maxBacklog", load.maxBacklog, workers);
  return { openLoop: true, maxPendingRequests };
}

function arrivalOptions(plan: Plan, workers: number): OptionsInit {
  const { arrivals: text, rate, stages } = plan.load;
  const arrivals = parseArrivals(text);
  if (stages !== undefined) return rampOf(plan);
  switch (arrivals.process) {
    case "constant":
      return {};
    case "burst":
      return { burstSize: burstShare(plan, arrivals.size, workers) };
    case "jitter": {
      const ns = Math.floor((arrivals.share * SECOND_NS) / (rate as number));
      return { jitterUniform: durationOf(ns) };
    }
    case "poisson":
      return refuseOption("load.arrivals", "Nighthawk has no Poisson arrivals, found poisson");
  }
}

/** It sends what it has gathered, and at the end nothing of a burst that is not whole. */
function burstShare({ load, duration }: Plan, size: number, workers: number): number {
  const burst = share("load.arrivals", size, workers);
  const all = ((load.rate as number) * parseDurationNs(duration)) / SECOND_NS;
  if (all % size === 0) return burst;
  let near = Math.min(size, all);
  while (all % near !== 0 || near % workers !== 0) near--;
  return refuseOption(
    "load.arrivals",
    `Nighthawk sends whole bursts, found ${load.arrivals} for ${all} exchanges`,
    `burst:${near} would do`,
  );
}

/** One request of each worker. */
function warmupOption({ warmup, load }: Plan, workers: number): OptionsInit {
  const warmupNs = parseDurationNs(warmup);
  if (warmupNs === 0) return {};
  const gapNs = Math.floor((SECOND_NS * workers) / (load.rate as number));
  if (warmupNs === gapNs) return { simpleWarmup: true };
  return refuseOption(
    "warmup",
    `Nighthawk warms up with one request of each worker, found ${warmup}`,
    "leave it out",
  );
}

const FAMILIES = { any: Family.AUTO, ipv4: Family.V4, ipv6: Family.V6 } as const;

function connectionOptions(plan: Plan): OptionsInit {
  const { connection } = plan;
  for (const key of ["unix", "proxy"] as const) {
    if (connection[key] !== undefined) refuseOption(`connection.${key}`, "Nighthawk has none");
  }
  if (connection.resolve.length > 0) refuseOption("connection.resolve", "Nighthawk has none");
  const timeoutNs = Math.ceil(timing(plan).connectTimeoutNs / SECOND_NS) * SECOND_NS;
  const addressFamily = FAMILIES[connection.addressFamily];
  const reuse = connection.reuse === "mru" ? Reuse.MRU : Reuse.LRU;
  const maxRequests = connection.keepAlive ? connection.maxRequests : 1;
  return {
    timeout: durationOf(timeoutNs),
    prefetchConnections: connection.prefetch,
    ...(maxRequests === undefined ? {} : { maxRequestsPerConnection: maxRequests }),
    addressFamily: { value: addressFamily },
    experimentalH1ConnectionReuseStrategy: { value: reuse },
  };
}

function headerOption({ recordHeaders }: Plan): OptionsInit {
  if (recordHeaders.length === 0) return {};
  const [text] = recordHeaders;
  if (recordHeaders.length === 1 && text.endsWith(":ns")) {
    return { latencyResponseHeaderName: text.slice(0, -":ns".length) };
  }
  const what = "Nighthawk records one number, in nanoseconds";
  return refuseOption("recordHeaders", `${what}, found ${recordHeaders.join(", ")}`);
}
