/** Options that are not carried out: each is refused by its name. */
import {
  type CommandLineOptions,
  Protocol_ProtocolOptions as Protocol,
} from "../generated/nighthawk/client/options_pb.ts";
import { refuseOption } from "./option-refusal.ts";

interface Row {
  readonly isAsked: (options: CommandLineOptions) => boolean;
  readonly why: string;
  readonly hint?: string;
}

const NO_HTTP2 = "the engine speaks HTTP/1.1 alone so far";
const NO_ENVOY = "there is no Envoy here to configure";

/** By name of the field, in the order in which they are looked at. */
export const REFUSED_OPTIONS: Readonly<Record<string, Row>> = {
  h2: {
    isAsked: ({ oneofProtocol: { case: is, value } }) => is === "h2" && value.value,
    why: NO_HTTP2,
  },
  protocol: {
    isAsked: ({ oneofProtocol: { case: is, value } }) =>
      is === "protocol" && value.value !== Protocol.HTTP1,
    why: NO_HTTP2,
  },
  http3_protocol_options: {
    isAsked: (options) => options.http3ProtocolOptions !== undefined,
    why: NO_HTTP2,
  },
  experimental_h2_use_multiple_connections: {
    isAsked: (options) => options.experimentalH2UseMultipleConnections === true,
    why: NO_HTTP2,
  },
  tls_context: {
    isAsked: (options) => options.tlsContext !== undefined,
    why: NO_ENVOY,
    hint: "https:// targets are spoken to by TLS 1.2 or 1.3, and any certificate is accepted",
  },
  transport_socket: { isAsked: (options) => options.transportSocket !== undefined, why: NO_ENVOY },
  upstream_bind_config: {
    isAsked: (options) => options.upstreamBindConfig !== undefined,
    why: "connections leave from the address that the system chooses",
  },
  tunnel_options: {
    isAsked: ({ tunnelOptions }) => (tunnelOptions?.tunnelUri ?? "") !== "",
    why: NO_ENVOY,
  },
  request_source: {
    isAsked: ({ oneofRequestOptions: { case: is } }) => is === "requestSource",
    why: "requests come from request_options alone",
  },
  request_source_plugin_config: {
    isAsked: ({ oneofRequestOptions: { case: is } }) => is === "requestSourcePluginConfig",
    why: "requests come from request_options alone",
  },
  "request_options.json_body": {
    isAsked: ({ oneofRequestOptions: { case: is, value } }) =>
      is === "requestOptions" && value.jsonBody !== "",
    why: "upstream does not send it either, outside of a request source",
    hint: "request_body_size gives a body of so many bytes",
  },
  trace: { isAsked: ({ trace }) => (trace ?? "") !== "", why: "no traces are sent" },
  nighthawk_service: {
    isAsked: ({ nighthawkService }) => (nighthawkService ?? "") !== "",
    why: "this is the service: it passes nothing on",
  },
  stats_sinks: {
    isAsked: ({ statsSinks }) => statsSinks.length > 0,
    why: "there are none",
  },
  stats_flush_interval_duration: {
    isAsked: ({ oneofStatsFlushInterval: { case: is } }) => is === "statsFlushIntervalDuration",
    why: "there are no stats_sinks to flush",
  },
  user_defined_plugin_configs: {
    isAsked: (options) => options.userDefinedPluginConfigs.length > 0,
    why: "there are no such plugins",
    hint: "the exact histograms are in user_defined_outputs unasked",
  },
};

/** Throws `bad-plan`. */
export function refuseUnsupported(options: CommandLineOptions): void {
  for (const [name, { isAsked, why, hint }] of Object.entries(REFUSED_OPTIONS)) {
    if (isAsked(options)) refuseOption(name, `is not carried out: ${why}`, hint);
  }
}
