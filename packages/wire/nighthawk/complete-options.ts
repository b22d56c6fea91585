/** Nighthawk's defaults, laid under what was written: as its service echoes the options. */
import { clone, create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { RequestMethod } from "../generated/envoy/config/core/v3/base_pb.ts";
import {
  type CommandLineOptions,
  CommandLineOptionsSchema,
  AddressFamily_AddressFamilyOptions as Family,
  OutputFormat_OutputFormatOptions as Format,
  SequencerIdleStrategy_SequencerIdleStrategyOptions as Idle,
  Protocol_ProtocolOptions as Protocol,
  ProtocolSchema,
  RequestOptionsSchema,
  H1ConnectionReuseStrategy_H1ConnectionReuseStrategyOptions as Reuse,
  Verbosity_VerbosityOptions as Verbosity,
} from "../generated/nighthawk/client/options_pb.ts";

/** More than zero of any of these has failed. */
const DEFAULT_FAILURES = [
  "benchmark.http_4xx",
  "benchmark.http_5xx",
  "benchmark.pool_connection_failure",
  "benchmark.stream_resets",
  "requestsource.upstream_rq_5xx",
];

const PRESET = {
  requestsPerSecond: 5,
  connections: 100,
  concurrency: "1",
  prefetchConnections: false,
  burstSize: 0,
  maxPendingRequests: 0,
  maxActiveRequests: 100,
  /** Nobody counts so far. */
  maxRequestsPerConnection: 4_294_937_295,
  maxConcurrentStreams: 2_147_483_647,
  trace: "",
  openLoop: false,
  noDefaultFailurePredicates: false,
  nighthawkService: "",
  simpleWarmup: false,
  latencyResponseHeaderName: "",
} as const;

const DURATION_S = 5n;
const TIMEOUT_S = 30n;
const FLUSH_S = 5;

/** A copy of `written` in which everything that has a default stands. */
export function completeOptions(written: CommandLineOptions): CommandLineOptions {
  const options = clone(CommandLineOptionsSchema, written);
  for (const key of Object.keys(PRESET) as (keyof typeof PRESET)[]) {
    if (options[key] === undefined) Object.assign(options, { [key]: PRESET[key] });
  }
  options.timeout ??= create(DurationSchema, { seconds: TIMEOUT_S });
  completeChoices(options);
  completeEnums(options);
  completePredicates(options);
  return options;
}

function completeChoices(options: CommandLineOptions): void {
  if (options.oneofDurationOptions.case === undefined) {
    const value = create(DurationSchema, { seconds: DURATION_S });
    options.oneofDurationOptions = { case: "duration", value };
  }
  if (options.oneofProtocol.case === undefined) {
    const value = create(ProtocolSchema, { value: Protocol.HTTP1 });
    options.oneofProtocol = { case: "protocol", value };
  }
  if (options.oneofRequestOptions.case === undefined) {
    const value = create(RequestOptionsSchema, {});
    options.oneofRequestOptions = { case: "requestOptions", value };
  }
  const { oneofRequestOptions: request, oneofStatsFlushInterval: flush } = options;
  if (request.case === "requestOptions") request.value.requestMethod ||= RequestMethod.GET;
  if (flush.case === undefined) {
    options.oneofStatsFlushInterval = {
      case: "statsFlushInterval",
      value: { $typeName: "google.protobuf.UInt32Value", value: FLUSH_S },
    };
  }
}

function completeEnums(options: CommandLineOptions): void {
  options.addressFamily ??= wrapped("nighthawk.client.AddressFamily", Family.AUTO);
  options.outputFormat ??= wrapped("nighthawk.client.OutputFormat", Format.JSON);
  options.verbosity ??= wrapped("nighthawk.client.Verbosity", Verbosity.WARN);
  options.sequencerIdleStrategy ??= wrapped("nighthawk.client.SequencerIdleStrategy", Idle.SPIN);
  options.experimentalH1ConnectionReuseStrategy ??= wrapped(
    "nighthawk.client.H1ConnectionReuseStrategy",
    Reuse.MRU,
  );
}

function wrapped<N extends string, V>($typeName: N, value: V): { $typeName: N; value: V } {
  return { $typeName, value };
}

/** Failure predicates that were written replace the default ones. */
function completePredicates(options: CommandLineOptions): void {
  const { failurePredicates, noDefaultFailurePredicates } = options;
  if (noDefaultFailurePredicates || Object.keys(failurePredicates).length > 0) return;
  for (const name of DEFAULT_FAILURES) failurePredicates[name] = 0n;
}
