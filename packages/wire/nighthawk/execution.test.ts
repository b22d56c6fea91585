/** Nighthawk's options → a plan of ours: a row for each option, and each that is refused. */
import { describe, expect, test } from "bun:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { indexedArrivals } from "@nightjar/core/schedule/arrivals.ts";
import { plannedEndNs } from "@nightjar/core/schedule/due-count.ts";
import { wholeShare } from "@nightjar/core/schedule/share.ts";
import fc from "fast-check";
import {
  type CommandLineOptions,
  CommandLineOptionsSchema,
} from "../generated/nighthawk/client/options_pb.ts";
import * as ramp from "../generated/nighthawk/rate_limiter/ramp_pb.ts";
import { executionOf } from "./execution.ts";

const Ramp = ramp.LinearRampingRateLimiterConfigSchema;
type Shape = MessageInitShape<typeof CommandLineOptionsSchema>;
type Init = Exclude<Shape, CommandLineOptions>;

const uri = (value: string) => ({ oneofUri: { case: "uri", value: { value } } }) as const;
const BASE: Init = uri("http://127.0.0.1:8080/");

function of(options: Init) {
  return executionOf(create(CommandLineOptionsSchema, { ...BASE, ...options }), 4);
}

function planOf(options: Init): Plan {
  return of(options).plan;
}

const seconds = (value: bigint, nanos = 0) =>
  ({ oneofDurationOptions: { case: "duration", value: { seconds: value, nanos } } }) as const;

test("what is not written is as upstream has it", () => {
  const { plan, predicates, startWallNs } = of({});
  expect(plan).toMatchObject({
    targets: [{ url: "http://127.0.0.1:8080/", method: "GET", headers: {} }],
    load: { model: "open", rate: 5, connections: 100, maxBacklog: 25, arrivals: "constant" },
    ...{ duration: "5s", warmup: "0s", workers: 1, connectTimeout: "30s", timeout: "1h" },
    ...{ drain: "0s", idle: "auto", recordHeaders: [] },
    connection: { reuse: "mru", prefetch: false, addressFamily: "any" },
  });
  expect(predicates.map(({ counter, above, means }) => [counter, above, means])).toEqual(
    ["http_4xx", "http_5xx", "pool_connection_failure", "stream_resets"].map((name) => [
      `benchmark.${name}`,
      0,
      "failure",
    ]),
  );
  expect(startWallNs).toBeUndefined();
});

test("as many bursts as upstream, whole ones alone, at any rate", () => {
  const number = (most: number) => fc.integer({ min: 1, max: most });
  fc.assert(
    fc.property(number(2000), number(300), number(30), number(5), (rps, size, s, workers) => {
      fc.pre(size > 1 && size <= rps * s);
      const { count, endNs } = indexed({
        ...{ requestsPerSecond: rps, burstSize: size, concurrency: String(workers) },
        ...seconds(BigInt(s)),
      });
      const each = Math.floor((rps * s) / size) * size;
      expect(count).toBe(each * workers);
      expect(endNs).toBe(s * 1e9);
    }),
  );
});

function indexed(options: Init) {
  const plan = planOf(options);
  const endNs = plannedEndNs(plan, wholeShare(plan.load.connections));
  return { count: indexedArrivals(plan).count, endNs };
}

const THREE = { concurrency: "3", requestsPerSecond: 20 };

describe("an option", () => {
  const ROWS: Record<string, [Init, unknown]> = {
    "concurrency multiplies rate, connections and backlog": [
      { ...THREE, connections: 7, ...seconds(10n) },
      { workers: 3, load: { rate: 60, connections: 21, maxBacklog: 600 } },
    ],
    "concurrency of auto: the cores": [{ concurrency: "auto" }, { workers: 4, load: { rate: 20 } }],
    "open loop": [{ openLoop: true }, { load: { maxBacklog: 0 } }],
    "open loop with pending requests": [
      { openLoop: true, maxPendingRequests: 5, ...THREE },
      { load: { maxBacklog: 15 } },
    ],
    "closed loop: pending requests are owed anyway": [
      { maxPendingRequests: 5 },
      { load: { maxBacklog: 25 } },
    ],
    "a duration in parts of a second": [seconds(1n, 500_000_000), { duration: "1500ms" }],
    "no duration: a week": [
      { oneofDurationOptions: { case: "noDuration", value: { value: true } } },
      { duration: "168h" },
    ],
    "no duration of false: the default": [
      { oneofDurationOptions: { case: "noDuration", value: { value: false } } },
      { duration: "5s" },
    ],
    "bursts of all workers fall together": [
      { burstSize: 10, ...THREE },
      { load: { arrivals: "burst:30" } },
    ],
    "whole bursts alone, as upstream gathers them before it sends any": [
      { burstSize: 8, ...THREE },
      // 100 of each worker are 12 bursts of 8, and 4 more that no burst holds.
      {
        duration: "5s",
        load: {
          ...{ arrivals: "burst:24", maxBacklog: 300 },
          stages: [
            { duration: "4800ms", rate: 60 },
            { duration: "200ms", rate: 0 },
          ],
        },
      },
    ],
    "a burst of one is none": [{ burstSize: 1 }, { load: { arrivals: "constant" } }],
    "jitter, as a part of the gap": [
      { jitterUniform: { nanos: 494 }, ...THREE },
      { load: { arrivals: "jitter:0.0029640%" } },
    ],
    "jitter of a whole gap": [
      { jitterUniform: { nanos: 200_000_000 } },
      { load: { arrivals: "jitter:100.0000000%" } },
    ],
    "a ramp": [
      {
        ...{ requestsPerSecond: 10, ...seconds(10n) },
        rateLimiterPluginConfig: {
          name: "nighthawk.linear-ramping-rate-limiter-plugin",
          typedConfig: anyPack(Ramp, create(Ramp, { rampTime: { seconds: 5n, nanos: 4e8 } })),
        },
      },
      {
        duration: "10s",
        load: {
          stages: [
            { duration: "5400ms", rate: "0..10" },
            { duration: "4600ms", rate: 10 },
          ],
        },
      },
    ],
    "warm-up: a request of each worker": [{ simpleWarmup: true, ...THREE }, { warmup: "50ms" }],
    "idle strategies that sleep": [{ sequencerIdleStrategy: { value: 3 } }, { idle: "sleep" }],
    "address family": [{ addressFamily: { value: 1 } }, { connection: { addressFamily: "ipv4" } }],
    prefetch: [{ prefetchConnections: true }, { connection: { prefetch: true } }],
    reuse: [
      { experimentalH1ConnectionReuseStrategy: { value: 2 } },
      { connection: { reuse: "lru" } },
    ],
    "requests per connection": [
      { maxRequestsPerConnection: 5 },
      { connection: { maxRequests: 5 } },
    ],
    "as many requests per connection as upstream's client sends unasked": [
      { maxRequestsPerConnection: 4_294_937_295 },
      { connection: { keepAlive: true } },
    ],
    "a timeout for connecting": [{ timeout: { seconds: 7n } }, { connectTimeout: "7s" }],
    "a header of latencies": [
      { latencyResponseHeaderName: "X-Took" },
      { recordHeaders: ["x-took:ns"] },
    ],
    labels: [{ labels: ["a=b=c", "d", "=e"] }, { labels: { a: "b=c", d: "", "=e": "" } }],
    "a URI without a scheme": [uri("a.test:81"), { targets: [{ url: "http://a.test:81/" }] }],
    "a URI with braces, which are no templates here": [
      uri("http://a.test/?q={{seq}}"),
      { targets: [{ url: "http://a.test/?q={{{{seq}}" }] },
    ],
    "method, headers and body": [
      {
        oneofRequestOptions: {
          case: "requestOptions",
          value: {
            requestMethod: 3,
            requestHeaders: [
              { header: { key: " X-A ", value: " {{1}} " } },
              { header: { key: "x-a", value: "2" } },
              { header: { key: ":authority", value: "b.test:8" } },
            ],
            requestBodySize: 100,
          },
        },
      },
      {
        targets: [{ method: "POST", headers: { "x-a": "2", host: "b.test:8" }, bodySize: 100 }],
        tls: { insecure: false },
      },
    ],
    "https: any certificate, and the name of the Host header": [
      {
        ...uri("https://a.test"),
        oneofRequestOptions: {
          case: "requestOptions",
          value: { requestHeaders: [{ header: { key: "Host", value: "b.test:8" } }] },
        },
      },
      { tls: { insecure: true, sni: "b.test" } },
    ],
    "several endpoints": [
      {
        oneofUri: {
          case: "multiTarget",
          value: {
            useHttps: true,
            path: "/p?q",
            endpoints: [
              { address: "10.0.0.1", port: 443 },
              { address: "[::1]", port: 8443 },
              { address: "a.test", port: 1 },
            ],
          },
        },
      },
      {
        targets: ["10.0.0.1", "[::1]:8443", "a.test:1"].map((authority) => ({
          url: `https://${authority}/p?q`,
          headers: { host: "host-not-supported-in-multitarget-mode" },
        })),
      },
    ],
    "what HTTP/1 has no use for, as upstream's client sends it unasked": [
      {
        ...{ maxActiveRequests: 100, maxConcurrentStreams: 2_147_483_647, nighthawkService: "" },
        ...{ trace: "", verbosity: { value: 1 }, outputFormat: { value: 2 } },
        oneofProtocol: { case: "protocol", value: { value: 0 } },
        oneofStatsFlushInterval: { case: "statsFlushInterval", value: { value: 5 } },
      },
      { duration: "5s" },
    ],
  };

  test.each(Object.keys(ROWS))("%s", (name) => {
    const [options, plan] = ROWS[name];
    expect(planOf(options)).toMatchObject(plan as object);
  });
});

test("predicates are of their counters; those that are given replace the default ones", () => {
  const { predicates } = of({
    terminationPredicates: { "benchmark.http_2xx": 24n, upstream_rq_total: 9n },
    failurePredicates: { "benchmark.pool_overflow": 3n, "requestsource.upstream_rq_5xx": 0n },
  });
  expect(predicates).toEqual([
    { counter: "benchmark.http_2xx", count: "2xx", above: 24, means: "termination" },
    { counter: "upstream_rq_total", count: "sent", above: 9, means: "termination" },
    { counter: "benchmark.pool_overflow", count: "dropped", above: 3, means: "failure" },
  ]);
  expect(of({ noDefaultFailurePredicates: true }).predicates).toEqual([]);
});

test("a start that is scheduled, to the nanosecond", () => {
  const { startWallNs } = of({ scheduledStart: { seconds: 1_800_000_000n, nanos: 7 } });
  expect(startWallNs).toBe(1_800_000_000_000_000_007n);
});
