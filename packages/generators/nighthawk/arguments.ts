/**
 * The arguments of `nighthawk_client`, from the options as the service has them. A warm-up request,
 * bursts and jitter are those of the plan; whoever fails is for the plan's thresholds to judge.
 */
import type { Duration } from "@bufbuild/protobuf/wkt";
import { RequestMethod } from "@nightjar/wire/generated/envoy/config/core/v3/base_pb.ts";
import {
  type CommandLineOptions,
  AddressFamily_AddressFamilyOptions as Family,
  H1ConnectionReuseStrategy_H1ConnectionReuseStrategyOptions as Reuse,
} from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";

const FAMILIES: Readonly<Record<number, string>> = {
  [Family.AUTO]: "auto",
  [Family.V4]: "v4",
  [Family.V6]: "v6",
};

export function nighthawkCommand(options: CommandLineOptions, program: string): string[] {
  return [
    program,
    ...number("--rps", options.requestsPerSecond),
    ...number("--connections", options.connections),
    ...["--concurrency", options.concurrency ?? "1"],
    ...(options.oneofDurationOptions.case === "duration"
      ? ["--duration", String(options.oneofDurationOptions.value.seconds)]
      : []),
    ...loopFlags(options),
    ...connectionFlags(options),
    ...requestFlags(options),
    ...options.labels.flatMap((label) => ["--label", label]),
    ...text("--latency-response-header-name", options.latencyResponseHeaderName),
    ...["--no-default-failure-predicates", "--output-format", "json", "--verbosity", "warn"],
    ...targetFlags(options),
  ];
}

function loopFlags(options: CommandLineOptions): string[] {
  return [
    ...(options.openLoop === true ? ["--open-loop"] : []),
    ...number("--max-pending-requests", options.maxPendingRequests),
    ...number("--max-active-requests", options.maxActiveRequests),
    ...number("--burst-size", options.burstSize),
    ...(options.jitterUniform === undefined
      ? []
      : ["--jitter-uniform", seconds(options.jitterUniform)]),
    ...(options.simpleWarmup === true ? ["--simple-warmup"] : []),
  ];
}

function connectionFlags(options: CommandLineOptions): string[] {
  const { timeout, addressFamily, experimentalH1ConnectionReuseStrategy: reuse } = options;
  return [
    ...(timeout === undefined ? [] : ["--timeout", String(timeout.seconds)]),
    ...(options.prefetchConnections === true ? ["--prefetch-connections"] : []),
    ...number("--max-requests-per-connection", options.maxRequestsPerConnection),
    ...(addressFamily === undefined ? [] : ["--address-family", FAMILIES[addressFamily.value]]),
    ...(reuse === undefined
      ? []
      : ["--experimental-h1-connection-reuse-strategy", reuse.value === Reuse.LRU ? "lru" : "mru"]),
  ];
}

function requestFlags({ oneofRequestOptions: { case: is, value } }: CommandLineOptions): string[] {
  if (is !== "requestOptions") return [];
  return [
    ...["--request-method", RequestMethod[value.requestMethod]],
    ...value.requestHeaders.flatMap(({ header }) =>
      header === undefined ? [] : ["--request-header", `${header.key}: ${header.value}`],
    ),
    ...number("--request-body-size", value.requestBodySize),
  ];
}

function targetFlags({ oneofUri: { case: is, value } }: CommandLineOptions): string[] {
  if (is === "uri") return [value.value];
  if (is !== "multiTarget") return [];
  return [
    ...value.endpoints.flatMap(({ address, port }) => [
      "--multi-target-endpoint",
      `${address}:${port}`,
    ]),
    ...text("--multi-target-path", value.path),
    ...(value.useHttps === true ? ["--multi-target-use-https"] : []),
  ];
}

function number(flag: string, value: number | undefined): string[] {
  return value === undefined ? [] : [flag, String(value)];
}

function text(flag: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [flag, value];
}

function seconds({ seconds: whole, nanos }: Duration): string {
  return `${whole}.${String(nanos).padStart(9, "0")}s`;
}
