/**
 * `nighthawk.client.CommandLineOptions`: what a run of Nighthawk was asked for; its Output repeats
 * it.
 */
import {
  BIND_CONFIG,
  HEADER_VALUE_OPTION,
  HTTP3_PROTOCOL_OPTIONS,
  NAMED_CONFIG,
  REQUEST_METHOD,
  TYPED_EXTENSION_CONFIG,
  UPSTREAM_TLS_CONTEXT,
} from "./envoy-messages.ts";
import { choice, type EnumTable, enumeration, list, map, message, one } from "./fields.ts";

/** Nighthawk wraps each enum in a message, so that it may be absent. */
function optional<const Name extends string>(values: EnumTable<Name>) {
  return message({ value: one(1, values) });
}

const PROTOCOL = optional(enumeration({ HTTP1: 0, HTTP2: 1, HTTP3: 2 }));

export const OUTPUT_FORMAT = enumeration({
  DEFAULT: 0,
  JSON: 1,
  HUMAN: 2,
  YAML: 3,
  DOTTED: 4,
  FORTIO: 5,
  EXPERIMENTAL_FORTIO_PEDANTIC: 6,
  CSV: 7,
  PROMETHEUS: 8,
});

const VERBOSITY = enumeration({
  DEFAULT: 0,
  INFO: 1,
  TRACE: 2,
  DEBUG: 3,
  WARN: 4,
  ERROR: 5,
  CRITICAL: 6,
});

const REQUEST_OPTIONS = message({
  request_method: one(1, REQUEST_METHOD),
  request_headers: list(2, HEADER_VALUE_OPTION),
  request_body_size: one(3, "UInt32Value"),
  json_body: one(4, "string"),
});

const MULTI_TARGET = message({
  use_https: one(1, "BoolValue"),
  endpoints: list(2, message({ address: one(1, "StringValue"), port: one(2, "UInt32Value") })),
  path: one(3, "StringValue"),
});

const TUNNEL_OPTIONS = message({
  tunnel_uri: one(1, "string"),
  tunnel_protocol: one(2, PROTOCOL),
  tunnel_tls_context: one(3, UPSTREAM_TLS_CONTEXT),
});

/** In the order of upstream's `options.proto`, which is that of JSON. */
export const COMMAND_LINE_OPTIONS = message({
  requests_per_second: one(1, "UInt32Value"),
  connections: one(2, "UInt32Value"),
  duration: choice(3, "Duration", "duration_options"),
  no_duration: choice(33, "BoolValue", "duration_options"),
  timeout: one(4, "Duration"),
  h2: choice(5, "BoolValue", "protocol"),
  protocol: choice(107, PROTOCOL, "protocol"),
  tunnel_options: one(114, TUNNEL_OPTIONS),
  http3_protocol_options: one(111, HTTP3_PROTOCOL_OPTIONS),
  concurrency: one(6, "StringValue"),
  verbosity: one(7, optional(VERBOSITY)),
  output_format: one(8, optional(OUTPUT_FORMAT)),
  prefetch_connections: one(9, "BoolValue"),
  burst_size: one(10, "UInt32Value"),
  address_family: one(11, optional(enumeration({ AUTO: 0, V4: 1, V6: 2 }))),
  request_options: choice(12, REQUEST_OPTIONS, "request_options"),
  request_source: choice(26, message({ uri: one(19, "string") }), "request_options"),
  request_source_plugin_config: choice(37, TYPED_EXTENSION_CONFIG, "request_options"),
  tls_context: one(13, UPSTREAM_TLS_CONTEXT),
  max_pending_requests: one(14, "UInt32Value"),
  max_active_requests: one(15, "UInt32Value"),
  max_requests_per_connection: one(16, "UInt32Value"),
  sequencer_idle_strategy: one(
    17,
    optional(enumeration({ DEFAULT: 0, SPIN: 1, POLL: 2, SLEEP: 3 })),
  ),
  uri: choice(18, "StringValue", "uri"),
  multi_target: choice(29, MULTI_TARGET, "uri"),
  trace: one(19, "StringValue"),
  experimental_h1_connection_reuse_strategy: one(
    23,
    optional(enumeration({ DEFAULT: 0, MRU: 1, LRU: 2 })),
  ),
  termination_predicates: map(20, "uint64"),
  failure_predicates: map(24, "uint64"),
  no_default_failure_predicates: one(113, "BoolValue"),
  open_loop: one(21, "BoolValue"),
  jitter_uniform: one(25, "Duration"),
  nighthawk_service: one(31, "StringValue"),
  experimental_h2_use_multiple_connections: one(30, "BoolValue"),
  max_concurrent_streams: one(108, "UInt32Value"),
  labels: list(28, "string"),
  upstream_bind_config: one(109, BIND_CONFIG),
  transport_socket: one(27, NAMED_CONFIG),
  simple_warmup: one(32, "BoolValue"),
  stats_sinks: list(34, NAMED_CONFIG),
  stats_flush_interval: choice(35, "UInt32Value", "stats_flush_interval"),
  stats_flush_interval_duration: choice(110, "Duration", "stats_flush_interval"),
  latency_response_header_name: one(36, "StringValue"),
  scheduled_start: one(105, "Timestamp"),
  execution_id: one(106, "StringValue"),
  user_defined_plugin_configs: list(112, TYPED_EXTENSION_CONFIG),
  rate_limiter_plugin_config: one(120, TYPED_EXTENSION_CONFIG),
});
