/**
 * Envoy's own messages in Nighthawk's: those of `envoy.config.core.v3` and their neighbours, as
 * go-control-plane 1.40.0 has them. A TLS context is kept word for word: it leads into the whole of
 * Envoy's configuration.
 */
import { choice, enumeration, list, message, one } from "./fields.ts";

export const REQUEST_METHOD = enumeration({
  METHOD_UNSPECIFIED: 0,
  GET: 1,
  HEAD: 2,
  POST: 3,
  PUT: 4,
  DELETE: 5,
  CONNECT: 6,
  OPTIONS: 7,
  TRACE: 8,
  PATCH: 9,
});

export const HEADER_VALUE_OPTION = message({
  header: one(
    1,
    message({ key: one(1, "string"), value: one(2, "string"), raw_value: one(3, "bytes") }),
  ),
  append: one(2, "BoolValue"),
  append_action: one(
    3,
    enumeration({
      APPEND_IF_EXISTS_OR_ADD: 0,
      ADD_IF_ABSENT: 1,
      OVERWRITE_IF_EXISTS_OR_ADD: 2,
      OVERWRITE_IF_EXISTS: 3,
    }),
  ),
  keep_empty_value: one(4, "bool"),
});

export const BUILD_VERSION = message({
  version: one(
    1,
    message({
      major_number: one(1, "uint32"),
      minor_number: one(2, "uint32"),
      patch: one(3, "uint32"),
    }),
  ),
  metadata: one(2, "Struct"),
});

export const TYPED_EXTENSION_CONFIG = message({
  name: one(1, "string"),
  typed_config: one(2, "Any"),
});

/** Of a transport socket and of a sink of statistics. */
export const NAMED_CONFIG = message({
  name: one(1, "string"),
  typed_config: choice(3, "Any", "config_type"),
});

const SOCKET_ADDRESS = message({
  protocol: one(1, enumeration({ TCP: 0, UDP: 1 })),
  address: one(2, "string"),
  port_value: choice(3, "uint32", "port_specifier"),
  named_port: choice(4, "string", "port_specifier"),
  resolver_name: one(5, "string"),
  ipv4_compat: one(6, "bool"),
  network_namespace_filepath: one(7, "string"),
});

const SOCKET_OPTION = message({
  description: one(1, "string"),
  level: one(2, "int64"),
  name: one(3, "int64"),
  int_value: choice(4, "int64", "value"),
  buf_value: choice(5, "bytes", "value"),
  state: one(6, enumeration({ STATE_PREBIND: 0, STATE_BOUND: 1, STATE_LISTENING: 2 })),
  type: one(7, message({ stream: one(1, message({})), datagram: one(2, message({})) })),
  ip_version: one(
    8,
    enumeration({
      SOCKET_IP_VERSION_UNSPECIFIED: 0,
      SOCKET_IP_VERSION_IPV4: 1,
      SOCKET_IP_VERSION_IPV6: 2,
    }),
  ),
});

export const BIND_CONFIG = message({
  source_address: one(1, SOCKET_ADDRESS),
  freebind: one(2, "BoolValue"),
  socket_options: list(3, SOCKET_OPTION),
  additional_source_addresses: list(4, SOCKET_ADDRESS),
  extra_source_addresses: list(
    5,
    message({
      address: one(1, SOCKET_ADDRESS),
      socket_options: one(2, message({ socket_options: list(1, SOCKET_OPTION) })),
    }),
  ),
  local_address_selector: one(6, TYPED_EXTENSION_CONFIG),
  validate_network_namespaces: one(7, "bool"),
});

const QUIC_PROTOCOL_OPTIONS = message({
  max_concurrent_streams: one(1, "UInt32Value"),
  initial_stream_window_size: one(2, "UInt32Value"),
  initial_connection_window_size: one(3, "UInt32Value"),
  num_timeouts_to_trigger_port_migration: one(4, "UInt32Value"),
  connection_keepalive: one(
    5,
    message({ max_interval: one(1, "Duration"), initial_interval: one(2, "Duration") }),
  ),
  connection_options: one(6, "string"),
  client_connection_options: one(7, "string"),
  idle_network_timeout: one(8, "Duration"),
  max_packet_length: one(9, "UInt64Value"),
  client_packet_writer: one(10, TYPED_EXTENSION_CONFIG),
  connection_migration: one(
    11,
    message({
      migrate_idle_connections: one(
        1,
        message({ max_idle_time_before_migration: one(1, "Duration") }),
      ),
      max_time_on_non_default_network: one(2, "Duration"),
    }),
  ),
  memory_reduction_timeout: one(12, "Duration"),
  enable_scone: one(13, "BoolValue"),
});

export const HTTP3_PROTOCOL_OPTIONS = message({
  quic_protocol_options: one(1, QUIC_PROTOCOL_OPTIONS),
  override_stream_error_on_invalid_http_message: one(2, "BoolValue"),
  allow_extended_connect: one(5, "bool"),
  allow_metadata: one(6, "bool"),
  disable_qpack: one(7, "bool"),
  disable_connection_flow_control_for_streams: one(8, "bool"),
  disallow_obs_text: one(9, "BoolValue"),
});

export const UPSTREAM_TLS_CONTEXT = message({
  common_tls_context: one(1, "Struct"),
  sni: one(2, "string"),
  allow_renegotiation: one(3, "bool"),
  max_session_keys: one(4, "UInt32Value"),
  enforce_rsa_key_usage: one(5, "BoolValue"),
  auto_host_sni: one(6, "bool"),
  auto_sni_san_validation: one(7, "bool"),
});
