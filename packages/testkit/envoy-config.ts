/**
 * Bootstrap documents of the two sidecars of a mesh pair: static, mutual TLS between them.
 *
 * What could blur a measurement is off: no retries (Envoy makes none unless told), no timeouts on
 * idle connections, streams or routes, and circuit breakers out of reach.
 */
import { type KeyPair, type MeshCertificates, spiffeId, type Workload } from "./certificates.ts";

export interface Address {
  host: string;
  port: number;
}

export interface SidecarOptions {
  admin: Address;
  listen: Address;
  /** Where it sends to: the other sidecar, or the origin. */
  upstream: Address;
  certificates: MeshCertificates;
}

/** Any JSON value: Envoy's own schema is the judge of the document. */
export type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** Names in the statistics: `cluster.<this>.upstream_rq_total`. */
export const CLIENT_UPSTREAM = "server_sidecar";
export const SERVER_UPSTREAM = "origin";

/** Plain HTTP in, mutual TLS out; answers 503 itself for `fault503Percent` of the requests. */
export function clientSidecar(options: SidecarOptions & { fault503Percent: number }): Json {
  const { certificates, fault503Percent } = options;
  return bootstrap(options, {
    listenerTls: {},
    filters: fault503Percent > 0 ? [abort503(fault503Percent)] : [],
    clusterName: CLIENT_UPSTREAM,
    clusterTls: tlsSocket("Upstream", { sni: "server.nightjar" }, certificates, "client", "server"),
  });
}

/** Mutual TLS in, plain HTTP out to the origin. */
export function serverSidecar(options: SidecarOptions): Json {
  const { certificates } = options;
  const demanded = { require_client_certificate: true };
  return bootstrap(options, {
    listenerTls: tlsSocket("Downstream", demanded, certificates, "server", "client"),
    filters: [],
    clusterName: SERVER_UPSTREAM,
    clusterTls: {},
  });
}

interface Direction {
  listenerTls: { [key: string]: Json };
  filters: Json[];
  clusterName: string;
  clusterTls: { [key: string]: Json };
}

const TYPE = "type.googleapis.com/envoy.";
const NEVER = "0s";
const CONNECT_TIMEOUT = "30s";
const OUT_OF_REACH = 1_000_000;

function bootstrap({ admin, listen, upstream }: SidecarOptions, direction: Direction): Json {
  const { listenerTls, filters, clusterName, clusterTls } = direction;
  return {
    admin: { address: socketAddress(admin) },
    static_resources: {
      listeners: [
        {
          name: "ingress",
          address: socketAddress(listen),
          filter_chains: [{ ...listenerTls, filters: [connectionManager(clusterName, filters)] }],
        },
      ],
      clusters: [cluster(clusterName, upstream, clusterTls)],
    },
  };
}

function socketAddress({ host, port }: Address): Json {
  return { socket_address: { address: host, port_value: port } };
}

function connectionManager(clusterName: string, filters: Json[]): Json {
  const route = { cluster: clusterName, timeout: NEVER, idle_timeout: NEVER };
  return {
    name: "http",
    typed_config: {
      "@type": `${TYPE}extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "ingress",
      common_http_protocol_options: { idle_timeout: NEVER },
      stream_idle_timeout: NEVER,
      route_config: {
        virtual_hosts: [
          { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route }] },
        ],
      },
      http_filters: [
        ...filters,
        {
          name: "router",
          typed_config: { "@type": `${TYPE}extensions.filters.http.router.v3.Router` },
        },
      ],
    },
  };
}

/** Counted in parts per million, so that 0.1 % can be said. */
function abort503(percent: number): Json {
  return {
    name: "fault",
    typed_config: {
      "@type": `${TYPE}extensions.filters.http.fault.v3.HTTPFault`,
      abort: {
        http_status: 503,
        percentage: { numerator: Math.round(percent * 10_000), denominator: "MILLION" },
      },
    },
  };
}

function cluster(name: string, upstream: Address, tls: { [key: string]: Json }): Json {
  const limits = ["max_connections", "max_pending_requests", "max_requests", "max_retries"];
  const protocol = `${TYPE}extensions.upstreams.http.v3.HttpProtocolOptions`;
  return {
    name,
    connect_timeout: CONNECT_TIMEOUT,
    circuit_breakers: {
      thresholds: [Object.fromEntries(limits.map((limit) => [limit, OUT_OF_REACH]))],
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(upstream) } }] }],
    },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": protocol,
        common_http_protocol_options: { idle_timeout: NEVER },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
    ...tls,
  };
}

/** Both versions are named: the default maximum of a client is TLS 1.2. */
function tlsSocket(
  side: "Upstream" | "Downstream",
  extra: { [key: string]: Json },
  certificates: MeshCertificates,
  own: Workload,
  peer: Workload,
): { [key: string]: Json } {
  const common: Json = {
    tls_params: {
      tls_minimum_protocol_version: "TLSv1_3",
      tls_maximum_protocol_version: "TLSv1_3",
    },
    tls_certificates: [pemFiles(certificates[own])],
    validation_context: {
      trusted_ca: { filename: certificates.authority },
      match_typed_subject_alt_names: [{ san_type: "URI", matcher: { exact: spiffeId(peer) } }],
    },
  };
  const type = `${TYPE}extensions.transport_sockets.tls.v3.${side}TlsContext`;
  const typed = { "@type": type, ...extra, common_tls_context: common };
  return { transport_socket: { name: "tls", typed_config: typed } };
}

function pemFiles({ certificate, key }: KeyPair): Json {
  return { certificate_chain: { filename: certificate }, private_key: { filename: key } };
}
