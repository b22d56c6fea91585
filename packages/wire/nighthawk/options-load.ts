/**
 * The load of Nighthawk's options as one of ours. Its numbers are of each worker, ours are totals.
 *
 *     its closed loop (default)   our open loop whose backlog holds all that is owed
 *     its open loop               our open loop with a backlog of max_pending_requests
 *
 * Its closed loop is rate-limited too, and sends later what it could not send in time.
 */

import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { LIMIT } from "@nightjar/core/plan/plan-limits.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { formatDuration, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { CommandLineOptions } from "../generated/nighthawk/client/options_pb.ts";
import * as ramp from "../generated/nighthawk/rate_limiter/ramp_pb.ts";
import { demandRange, refuseOption } from "./option-refusal.ts";
import { durationNs } from "./wire-time.ts";

const MOST = 1_000_000;
/** Of a run without a duration: as long as a plan may be. */
export const LONGEST_S = 7 * 24 * 3600;
export const RAMP_PLUGIN = "nighthawk.linear-ramping-rate-limiter-plugin";

type LoadDocument = NonNullable<PlanDocument["load"]>;
type LoadParts = Pick<PlanDocument, "load" | "duration" | "warmup" | "workers">;

/** `cores`: what `auto` stands for. Throws `bad-plan`. */
export function loadOf(options: CommandLineOptions, cores: number): LoadParts {
  const { requestsPerSecond: rps = 0, connections = 0 } = options;
  demandRange("requests_per_second", rps, 1, MOST);
  demandRange("connections", connections, 1, MOST);
  const workers = concurrencyOf(options, cores);
  const lengthNs = lengthOf(options);
  const rate = rps * workers;
  const maxBacklog = backlogOf(options, workers, Math.ceil((rate * lengthNs) / SECOND_NS));
  const even = { model: "open", connections: connections * workers, maxBacklog } as const;
  return {
    workers,
    warmup: warmupOf(options, rps),
    ...paceOf(options, { even, rate, workers, lengthNs }),
  };
}

function concurrencyOf({ concurrency = "" }: CommandLineOptions, cores: number): number {
  if (concurrency === "auto") return cores;
  const workers = /^\d{1,9}$/.test(concurrency) ? Number(concurrency) : 0;
  if (workers < 1 || workers > LIMIT.workers) {
    const found = JSON.stringify(concurrency.slice(0, 40));
    refuseOption("concurrency", `auto or a number from 1 to ${LIMIT.workers}, found ${found}`);
  }
  return workers;
}

function lengthOf({ oneofDurationOptions: { case: is, value } }: CommandLineOptions): number {
  if (is === "noDuration" && value.value) return LONGEST_S * SECOND_NS;
  const lengthNs = is === "duration" ? durationNs("duration", value) : 5 * SECOND_NS;
  if (lengthNs === 0) refuseOption("duration", "longer than 0 s, found 0 s");
  if (lengthNs > LONGEST_S * SECOND_NS) {
    refuseOption("duration", `at most ${LONGEST_S} s, found ${lengthNs / SECOND_NS} s`);
  }
  return lengthNs;
}

/** `owed`: all that becomes due. */
function backlogOf(options: CommandLineOptions, workers: number, owed: number): number {
  if (!options.openLoop) return Math.min(owed, LIMIT.backlog);
  const pending = (options.maxPendingRequests ?? 0) * workers;
  if (pending <= LIMIT.backlog) return pending;
  return refuseOption("max_pending_requests", `at most ${LIMIT.backlog} in all, found ${pending}`);
}

/** One request of each worker: as long as a gap between two of one worker. */
function warmupOf({ simpleWarmup, burstSize = 0, ...options }: CommandLineOptions, rps: number) {
  if (!simpleWarmup) return "0s";
  const other = burstSize > 1 ? "burst_size" : undefined;
  const clash = other ?? (options.rateLimiterPluginConfig && "rate_limiter_plugin_config");
  if (clash !== undefined) refuseOption("simple_warmup", `does not go with ${clash} here`);
  return formatDuration(Math.floor(SECOND_NS / rps));
}

interface Pace {
  readonly even: LoadDocument;
  readonly rate: number;
  readonly workers: number;
  readonly lengthNs: number;
}

function paceOf(options: CommandLineOptions, pace: Pace): Pick<PlanDocument, "load" | "duration"> {
  const { even, rate, lengthNs } = pace;
  if (options.rateLimiterPluginConfig !== undefined) return rampOf(options, pace);
  const load = { ...even, arrivals: arrivalsOf(options, pace) };
  const stages = wholeBursts(options, pace);
  if (stages !== undefined) return { load: { ...load, stages } };
  return { load: { ...load, rate }, duration: formatDuration(lengthNs) };
}

/**
 * Upstream gathers a burst before it sends it: what is left at the end for no whole one is never
 * sent. Our bursts come at the beginning of the time that theirs take to gather, so that the time
 * of the last whole one is followed by one without any. Undefined where they come out even.
 */
function wholeBursts({ burstSize = 0 }: CommandLineOptions, { rate, workers, lengthNs }: Pace) {
  if (burstSize <= 1) return undefined;
  const [size, rps, secondNs] = [burstSize, rate / workers, SECOND_NS].map(BigInt);
  const each = (rps * BigInt(lengthNs)) / secondNs;
  const sent = each - (each % size);
  if (sent === 0n) {
    const never = `which never make a burst of ${size}`;
    refuseOption("burst_size", `a worker sends ${each} requests in all, ${never}`);
  }
  if (sent === each) return undefined;
  // Rounded down: a nanosecond more would begin another burst.
  const gatheredNs = Number((sent * secondNs) / rps);
  return [
    { duration: formatDuration(gatheredNs), rate },
    { duration: formatDuration(lengthNs - gatheredNs), rate: 0 },
  ];
}

function arrivalsOf(options: CommandLineOptions, { rate, workers }: Pace): string {
  const { burstSize = 0, jitterUniform } = options;
  const jitterNs = jitterUniform === undefined ? 0 : durationNs("jitter_uniform", jitterUniform);
  demandRange("burst_size", burstSize, 0, MOST);
  if (burstSize > 1 && jitterNs > 0) {
    refuseOption("jitter_uniform", "does not go with burst_size here");
  }
  if (burstSize > 1) return burstOf(burstSize * workers);
  return jitterNs === 0 ? "constant" : jitterOf(jitterNs, rate);
}

/** The bursts of all workers fall together. */
function burstOf(size: number): string {
  if (size <= LIMIT.burst) return `burst:${size}`;
  return refuseOption("burst_size", `at most ${LIMIT.burst} of all workers, found ${size}`);
}

/** As a part of the gap between two requests of all workers; exact, in decimals. */
function jitterOf(jitterNs: number, rate: number): string {
  const gapsE9 = BigInt(jitterNs) * BigInt(rate);
  if (gapsE9 > BigInt(SECOND_NS)) {
    const most = formatDuration(Math.floor(SECOND_NS / rate));
    refuseOption("jitter_uniform", `at most the gap between two requests of all workers, ${most}`);
  }
  const digits = String(gapsE9).padStart(8, "0");
  return `jitter:${digits.slice(0, -7)}.${digits.slice(-7)}%`;
}

function rampOf(options: CommandLineOptions, { even, rate, lengthNs }: Pace) {
  const where = "rate_limiter_plugin_config";
  const { name, typedConfig } = options.rateLimiterPluginConfig ?? {};
  if (name !== RAMP_PLUGIN) {
    refuseOption(where, `the one plugin there is, ${RAMP_PLUGIN}, is wanted, found "${name}"`);
  }
  if ((options.burstSize ?? 0) > 0) refuseOption(where, "does not go with burst_size");
  if (options.jitterUniform) refuseOption(where, "does not go with jitter_uniform");
  const config = typedConfig && anyUnpack(typedConfig, ramp.LinearRampingRateLimiterConfigSchema);
  if (config?.rampTime === undefined) return refuseOption(where, "ramp_time is missing");
  const rampNs = durationNs(`${where}.ramp_time`, config.rampTime);
  if (rampNs <= 0 || rampNs > lengthNs) {
    refuseOption(`${where}.ramp_time`, `longer than 0 s and at most the duration`);
  }
  const rest = { duration: formatDuration(lengthNs - rampNs), rate };
  const rising = { duration: formatDuration(rampNs), rate: `0..${rate}` };
  return { load: { ...even, stages: rampNs === lengthNs ? [rising] : [rising, rest] } };
}
