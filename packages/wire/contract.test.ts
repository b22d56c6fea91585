/**
 * Nighthawk's messages as its reference has them, written down apart from the .proto files: each
 * field with its number and its type. Compared with what the .proto files compile to.
 */
import { expect, test } from "bun:test";
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import * as base from "./generated/envoy/config/core/v3/base_pb.ts";
import * as extension from "./generated/envoy/config/core/v3/extension_pb.ts";
import * as stats from "./generated/envoy/config/metrics/v3/stats_pb.ts";
import * as version from "./generated/envoy/type/v3/semantic_version_pb.ts";
import * as status from "./generated/google/rpc/status_pb.ts";
import * as options from "./generated/nighthawk/client/options_pb.ts";
import * as output from "./generated/nighthawk/client/output_pb.ts";
import * as service from "./generated/nighthawk/client/service_pb.ts";
import * as ramp from "./generated/nighthawk/rate_limiter/ramp_pb.ts";

const OPTIONS = `
  1 requests_per_second UInt32Value              2 connections UInt32Value
  3 duration Duration | oneof                    4 timeout Duration
  5 h2 BoolValue | oneof                         6 concurrency StringValue
  7 verbosity nighthawk.client.Verbosity         8 output_format nighthawk.client.OutputFormat
  9 prefetch_connections BoolValue              10 burst_size UInt32Value
  11 address_family nighthawk.client.AddressFamily
  12 request_options nighthawk.client.RequestOptions | oneof
  13 tls_context envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
  14 max_pending_requests UInt32Value           15 max_active_requests UInt32Value
  16 max_requests_per_connection UInt32Value
  17 sequencer_idle_strategy nighthawk.client.SequencerIdleStrategy
  18 uri StringValue | oneof                    19 trace StringValue
  20 termination_predicates map<string,uint64>  21 open_loop BoolValue
  23 experimental_h1_connection_reuse_strategy nighthawk.client.H1ConnectionReuseStrategy
  24 failure_predicates map<string,uint64>      25 jitter_uniform Duration
  26 request_source nighthawk.client.RequestSource | oneof
  27 transport_socket envoy.config.core.v3.TransportSocket
  28 labels repeated string                     29 multi_target nighthawk.client.MultiTarget | oneof
  30 experimental_h2_use_multiple_connections BoolValue
  31 nighthawk_service StringValue              32 simple_warmup BoolValue
  33 no_duration BoolValue | oneof
  34 stats_sinks repeated envoy.config.metrics.v3.StatsSink
  35 stats_flush_interval UInt32Value | oneof   36 latency_response_header_name StringValue
  37 request_source_plugin_config envoy.config.core.v3.TypedExtensionConfig | oneof
  105 scheduled_start Timestamp                 106 execution_id StringValue
  107 protocol nighthawk.client.Protocol | oneof
  108 max_concurrent_streams UInt32Value
  109 upstream_bind_config envoy.config.core.v3.BindConfig
  110 stats_flush_interval_duration Duration | oneof
  111 http3_protocol_options envoy.config.core.v3.Http3ProtocolOptions
  112 user_defined_plugin_configs repeated envoy.config.core.v3.TypedExtensionConfig
  113 no_default_failure_predicates BoolValue
  114 tunnel_options nighthawk.client.CommandLineOptions.TunnelOptions
  120 rate_limiter_plugin_config envoy.config.core.v3.TypedExtensionConfig`;

const ENUMS: Readonly<Record<string, string>> = {
  AddressFamily: "AUTO 0 V4 1 V6 2",
  Verbosity: "DEFAULT 0 INFO 1 TRACE 2 DEBUG 3 WARN 4 ERROR 5 CRITICAL 6",
  OutputFormat:
    "DEFAULT 0 JSON 1 HUMAN 2 YAML 3 DOTTED 4 FORTIO 5 EXPERIMENTAL_FORTIO_PEDANTIC 6 CSV 7 " +
    "PROMETHEUS 8",
  SequencerIdleStrategy: "DEFAULT 0 SPIN 1 POLL 2 SLEEP 3",
  H1ConnectionReuseStrategy: "DEFAULT 0 MRU 1 LRU 2",
  Protocol: "HTTP1 0 HTTP2 1 HTTP3 2",
};

const METHODS =
  "METHOD_UNSPECIFIED 0 GET 1 HEAD 2 POST 3 PUT 4 DELETE 5 CONNECT 6 OPTIONS 7 TRACE 8 PATCH 9";

/** By name of the message; an enum stands with its values in brackets. */
const CONTRACT: readonly (readonly [DescMessage, string])[] = [
  [options.CommandLineOptionsSchema, OPTIONS],
  [
    options.CommandLineOptions_TunnelOptionsSchema,
    `1 tunnel_uri string  2 tunnel_protocol nighthawk.client.Protocol
     3 tunnel_tls_context envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
  ],
  [
    options.RequestOptionsSchema,
    `1 request_method enum[${METHODS}]
     2 request_headers repeated envoy.config.core.v3.HeaderValueOption
     3 request_body_size UInt32Value  4 json_body string`,
  ],
  [options.RequestSourceSchema, "19 uri string"],
  [
    options.MultiTargetSchema,
    `1 use_https BoolValue  2 endpoints repeated nighthawk.client.MultiTarget.Endpoint
     3 path StringValue`,
  ],
  [options.MultiTarget_EndpointSchema, "1 address StringValue  2 port UInt32Value"],
  [options.AddressFamilySchema, `1 value enum[${ENUMS.AddressFamily}]`],
  [options.VerbositySchema, `1 value enum[${ENUMS.Verbosity}]`],
  [options.OutputFormatSchema, `1 value enum[${ENUMS.OutputFormat}]`],
  [options.SequencerIdleStrategySchema, `1 value enum[${ENUMS.SequencerIdleStrategy}]`],
  [options.H1ConnectionReuseStrategySchema, `1 value enum[${ENUMS.H1ConnectionReuseStrategy}]`],
  [options.ProtocolSchema, `1 value enum[${ENUMS.Protocol}]`],
  [
    output.OutputSchema,
    `1 timestamp Timestamp  2 options nighthawk.client.CommandLineOptions
     3 results repeated nighthawk.client.Result  4 version envoy.config.core.v3.BuildVersion`,
  ],
  [
    output.ResultSchema,
    `1 name string  2 statistics repeated nighthawk.client.Statistic
     3 counters repeated nighthawk.client.Counter  4 execution_duration Duration
     5 execution_start Timestamp
     6 user_defined_outputs repeated nighthawk.client.UserDefinedOutput`,
  ],
  [output.CounterSchema, "1 name string  2 value uint64"],
  [
    output.StatisticSchema,
    `1 count uint64  2 id string  3 mean Duration | oneof  8 raw_mean double | oneof
     4 pstdev Duration | oneof  10 raw_pstdev double | oneof
     5 percentiles repeated nighthawk.client.Percentile  6 min Duration | oneof
     12 raw_min uint64 | oneof  7 max Duration | oneof  13 raw_max uint64 | oneof`,
  ],
  [
    output.PercentileSchema,
    "1 duration Duration | oneof  4 raw_value double | oneof  2 percentile double  3 count uint64",
  ],
  [
    output.UserDefinedOutputSchema,
    "1 plugin_name string  2 typed_output Any | oneof  3 error_message string | oneof",
  ],
  [
    service.ExecutionRequestSchema,
    `1 start_request nighthawk.client.StartRequest | oneof
     2 update_request nighthawk.client.UpdateRequest | oneof
     3 cancellation_request nighthawk.client.CancellationRequest | oneof`,
  ],
  [service.StartRequestSchema, "1 options nighthawk.client.CommandLineOptions"],
  [service.UpdateRequestSchema, ""],
  [service.CancellationRequestSchema, ""],
  [
    service.ExecutionResponseSchema,
    "1 output nighthawk.client.Output  7 error_detail google.rpc.Status  8 execution_id string",
  ],
  [ramp.LinearRampingRateLimiterConfigSchema, "1 ramp_time Duration"],
  [status.StatusSchema, "1 code int32  2 message string  3 details repeated Any"],
  [base.BuildVersionSchema, "1 version envoy.type.v3.SemanticVersion  2 metadata Struct"],
  [version.SemanticVersionSchema, "1 major_number uint32  2 minor_number uint32  3 patch uint32"],
  [base.HeaderValueSchema, "1 key string  2 value string  3 raw_value bytes"],
  [
    base.HeaderValueOptionSchema,
    `1 header envoy.config.core.v3.HeaderValue  2 append BoolValue
     3 append_action enum[APPEND_IF_EXISTS_OR_ADD 0 ADD_IF_ABSENT 1 OVERWRITE_IF_EXISTS_OR_ADD 2
       OVERWRITE_IF_EXISTS 3]
     4 keep_empty_value bool`,
  ],
  [base.TransportSocketSchema, "1 name string  3 typed_config Any | oneof"],
  [extension.TypedExtensionConfigSchema, "1 name string  2 typed_config Any"],
  [stats.StatsSinkSchema, "1 name string  3 typed_config Any | oneof"],
];

function shortName(typeName: string): string {
  return typeName.replace(/^google\.protobuf\./, "");
}

function typeOf(field: DescField): string {
  if (field.fieldKind === "map") {
    return `map<${ScalarType[field.mapKey].toLowerCase()},${scalarName(field.scalar)}>`;
  }
  const single = field.fieldKind === "list" ? field.listKind : field.fieldKind;
  const many = field.fieldKind === "list" ? "repeated " : "";
  if (single === "message") return many + shortName(field.message?.typeName ?? "");
  if (single === "scalar") return many + scalarName(field.scalar);
  const values = field.enum?.values.map(({ name, number }) => `${name} ${number}`) ?? [];
  return `${many}enum[${values.join(" ")}]`;
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "?" : ScalarType[scalar].toLowerCase();
}

/** `3 duration Duration | oneof`, in the order of the numbers. */
function fieldsOf(message: DescMessage): string {
  return [...message.fields]
    .sort((a, b) => a.number - b.number)
    .map((field) => {
      const fact = `${field.number} ${field.name} ${typeOf(field)}`;
      return field.oneof === undefined ? fact : `${fact} | oneof`;
    })
    .join("\n");
}

/** The same of a text: fields begin where a number does that is no value of an enum. */
function fieldsIn(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  const fields = flat.match(
    /\d+ [a-z]\w* (?:enum\[[^\]]*\]|[^\d| ][^ |]*(?: [^\d| ][^ |]*)?)( \| oneof)?/g,
  );
  return (fields ?? [])
    .map((field) => field.trim())
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .join("\n");
}

test.each(CONTRACT.map(([message, fields]) => [message.typeName, message, fields] as const))(
  "%s",
  (_name, message, fields) => {
    expect(fieldsOf(message)).toBe(fieldsIn(fields));
  },
);

const ONEOFS = "3 33 | 5 107 | 12 26 37 | 18 29 | 35 110";

test("what excludes one another in the options", () => {
  const groups = options.CommandLineOptionsSchema.oneofs.map((oneof) =>
    oneof.fields.map(({ number }) => number).sort((a, b) => a - b),
  );
  const told = groups.sort(([a], [b]) => a - b).map((group) => group.join(" "));
  expect(told.join(" | ")).toBe(ONEOFS);
});

test("the service: one method, a stream in and a stream out", () => {
  const { typeName, methods } = service.NighthawkService;
  const told = methods.map(({ name, methodKind, input, output: answer }) =>
    [typeName, name, methodKind, input.typeName, answer.typeName].join(" "),
  );
  expect(told).toEqual([
    "nighthawk.client.NighthawkService ExecutionStream bidi_streaming " +
      "nighthawk.client.ExecutionRequest nighthawk.client.ExecutionResponse",
  ]);
});
