/** Options of Nighthawk that are not carried out, or out of range: each is refused by its name. */
import { describe, expect, test } from "bun:test";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { NightjarError } from "@nightjar/core/errors.ts";
import fc from "fast-check";
import {
  type CommandLineOptions,
  CommandLineOptionsSchema,
} from "../generated/nighthawk/client/options_pb.ts";
import { executionOf } from "./execution.ts";
import { REFUSED_OPTIONS } from "./refused-options.ts";

type Shape = MessageInitShape<typeof CommandLineOptionsSchema>;
type Init = Exclude<Shape, CommandLineOptions>;

const uri = (value: string) => ({ oneofUri: { case: "uri", value: { value } } }) as const;

function of(options: Init) {
  const all = { ...uri("http://127.0.0.1:8080/"), ...options };
  return executionOf(create(CommandLineOptionsSchema, all), 4);
}

const seconds = (value: bigint, nanos = 0) =>
  ({ oneofDurationOptions: { case: "duration", value: { seconds: value, nanos } } }) as const;

describe("is refused by its name:", () => {
  const ROWS: Record<string, [Init, string]> = {
    h2: [{ oneofProtocol: { case: "h2", value: { value: true } } }, "is not carried out"],
    protocol: [{ oneofProtocol: { case: "protocol", value: { value: 1 } } }, "is not carried out"],
    http3_protocol_options: [{ http3ProtocolOptions: {} }, "is not carried out"],
    experimental_h2_use_multiple_connections: [
      { experimentalH2UseMultipleConnections: true },
      "is not carried out",
    ],
    tls_context: [{ tlsContext: {} }, "is not carried out"],
    transport_socket: [{ transportSocket: { name: "x" } }, "is not carried out"],
    upstream_bind_config: [{ upstreamBindConfig: {} }, "is not carried out"],
    tunnel_options: [{ tunnelOptions: { tunnelUri: "http://x" } }, "is not carried out"],
    request_source: [
      { oneofRequestOptions: { case: "requestSource", value: { uri: "grpc://x" } } },
      "is not carried out",
    ],
    request_source_plugin_config: [
      { oneofRequestOptions: { case: "requestSourcePluginConfig", value: { name: "x" } } },
      "is not carried out",
    ],
    "request_options.json_body": [
      { oneofRequestOptions: { case: "requestOptions", value: { jsonBody: "{}" } } },
      "is not carried out",
    ],
    trace: [{ trace: "zipkin://x:1/y" }, "is not carried out"],
    nighthawk_service: [{ nighthawkService: "x:1" }, "is not carried out"],
    stats_sinks: [{ statsSinks: [{ name: "x" }] }, "is not carried out"],
    stats_flush_interval_duration: [
      { oneofStatsFlushInterval: { case: "statsFlushIntervalDuration", value: { seconds: 1n } } },
      "is not carried out",
    ],
    user_defined_plugin_configs: [{ userDefinedPluginConfigs: [{ name: "x" }] }, "is not carried"],
    requests_per_second: [{ requestsPerSecond: 0 }, "value must be inside range [1, 1000000]"],
    connections: [{ connections: 1_000_001 }, "value must be inside range [1, 1000000]"],
    concurrency: [{ concurrency: "0" }, 'auto or a number from 1 to 256, found "0"'],
    duration: [seconds(0n), "longer than 0 s"],
    "duration of years": [seconds(10n ** 9n), "duration: less than 9007199 s"],
    "duration below zero": [seconds(-1n), "duration: not a duration from 0 s on"],
    burst_size: [{ burstSize: 1_000_001 }, "value must be inside range [0, 1000000]"],
    jitter_uniform: [{ jitterUniform: { nanos: 200_000_001 } }, "at most the gap between two"],
    "a burst that never comes about": [
      { requestsPerSecond: 5, concurrency: "2", burstSize: 26, ...seconds(5n) },
      "burst_size: a worker sends 25 requests in all, which never make a burst of 26",
    ],
    "jitter beside bursts": [
      { burstSize: 2, jitterUniform: { nanos: 1 } },
      "jitter_uniform: does not go with burst_size",
    ],
    simple_warmup: [{ simpleWarmup: true, burstSize: 2 }, "does not go with burst_size"],
    rate_limiter_plugin_config: [
      { rateLimiterPluginConfig: { name: "x" } },
      "the one plugin there is",
    ],
    timeout: [{ timeout: { seconds: 0n } }, "longer than 0 s"],
    max_requests_per_connection: [{ maxRequestsPerConnection: 0 }, "value must be at least 1"],
    latency_response_header_name: [
      { latencyResponseHeaderName: "Server-Timing" },
      "holds milliseconds",
    ],
    uri: [uri("http://http://foo"), "Invalid target URI: 'http://http://foo'"],
    "no uri": [uri(""), "uri: a URI or a multi_target must be specified"],
    termination_predicates: [
      { terminationPredicates: { "benchmark.http_2x": 1n } },
      '(did you mean "benchmark.http_2xx"?)',
    ],
    "a header that frames": [
      {
        oneofRequestOptions: {
          case: "requestOptions",
          value: { requestHeaders: [{ header: { key: "Content-Length", value: "1" } }] },
        },
      },
      'request_options.request_headers: "content-length" is set by Nightjar',
    ],
    "request_options.request_body_size": [
      { oneofRequestOptions: { case: "requestOptions", value: { requestBodySize: 4_194_305 } } },
      "value must be inside range [0, 4194304]",
    ],
    "connections of all workers": [
      { connections: 60_000, concurrency: "2" },
      "connections of all workers: at most 100000 is wanted, found 120000",
    ],
    "an address of the other family": [
      { addressFamily: { value: 2 } },
      "address_family: no IPv6 address for 127.0.0.1:8080",
    ],
    "a timeout of days": [{ timeout: { seconds: 99_999n } }, "timeout: at most 1h"],
    "too many labels": [
      { labels: Array.from({ length: 51 }, (_, n) => `l${n}`) },
      "labels: at most 50 labels",
    ],
    "a label that is too long": [{ labels: [`a=${"x".repeat(201)}`] }, "labels.a: at most 200"],
    "no name of a header": [
      {
        oneofRequestOptions: {
          case: "requestOptions",
          value: { requestHeaders: [{ header: { key: "bad name", value: "1" } }] },
        },
      },
      'request_options.request_headers["bad name"]: not a header name',
    ],
    "multi_target.path": [
      {
        oneofUri: { case: "multiTarget", value: { endpoints: [{ address: "a", port: 1 }] } },
      },
      "a path begins with /",
    ],
  };

  test.each(Object.keys(ROWS))("%s", (name) => {
    const [options, sentence] = ROWS[name];
    const isField = /^[\w.]+$/.test(name);
    expect(() => of(options)).toThrow(sentence);
    if (isField) expect(() => of(options)).toThrow(`${name}: `);
  });

  test("each of the table has a row here", () => {
    expect(Object.keys(ROWS)).toEqual(expect.arrayContaining(Object.keys(REFUSED_OPTIONS)));
  });
});

describe("whatever comes over the wire is a plan, or is refused in a sentence", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("{{seq}}", "\r\n", "://", ":"),
  );
  const number = fc.oneof(fc.nat(20), fc.nat(0xffff_ffff));
  const anything = fc.record(
    {
      requestsPerSecond: number,
      connections: number,
      concurrency: fc.oneof(text, fc.nat(9).map(String)),
      burstSize: number,
      maxPendingRequests: number,
      maxRequestsPerConnection: number,
      openLoop: fc.boolean(),
      simpleWarmup: fc.boolean(),
      latencyResponseHeaderName: text,
      labels: fc.array(text, { maxLength: 60 }),
      terminationPredicates: fc.dictionary(text, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      jitterUniform: fc.record({ seconds: fc.bigInt(-9n, 9n), nanos: fc.integer() }),
      oneofUri: fc.record({ case: fc.constant("uri" as const), value: fc.record({ value: text }) }),
      oneofRequestOptions: fc.record({
        case: fc.constant("requestOptions" as const),
        value: fc.record({
          requestMethod: fc.nat(12),
          requestHeaders: fc.array(fc.record({ header: fc.record({ key: text, value: text }) })),
        }),
      }),
    },
    { requiredKeys: [] },
  );

  const NAMES = new Set(CommandLineOptionsSchema.fields.map(({ name }) => name));

  function settle(make: () => unknown): void {
    try {
      make();
    } catch (error) {
      expect(error).toBeInstanceOf(NightjarError);
      expect(NAMES).toContain(/^\w+/.exec((error as NightjarError).message)?.[0] as string);
    }
  }

  test("options of any values", () => {
    fc.assert(
      fc.property(anything, (options) => settle(() => of(options as Init))),
      { numRuns: 1000 },
    );
  });

  test("bytes that were changed on the way", () => {
    const good = toBinary(
      CommandLineOptionsSchema,
      create(CommandLineOptionsSchema, {
        ...{ ...uri("http://127.0.0.1/"), labels: ["a=b"], requestsPerSecond: 9, ...seconds(9n) },
        terminationPredicates: { upstream_rq_total: 5n },
      }),
    );
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = good.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        let options: CommandLineOptions;
        try {
          options = fromBinary(CommandLineOptionsSchema, bytes);
        } catch {
          return;
        }
        settle(() => executionOf(options, 2));
      }),
      { numRuns: 2000 },
    );
  });
});
