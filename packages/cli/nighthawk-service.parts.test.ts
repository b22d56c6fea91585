/**
 * Nighthawk's black-box cases, as far as they are of the service: each by a client on gRPC's C core
 * against our test server. The names are those of upstream's cases in its reference.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import {
  type GrpcClient,
  type GrpcStubs,
  type Message,
  makeStubs,
} from "@nightjar/testkit/grpc-client.ts";
import { makeFolder } from "./child-cli.ts";
import { type ChildService, startChildService } from "./child-service.ts";

interface Statistic {
  readonly id: string;
  readonly count?: string;
}

interface NighthawkResult {
  readonly name: string;
  readonly statistics: readonly Statistic[];
  readonly counters?: readonly { readonly name: string; readonly value: string }[];
  readonly execution_duration: string;
}

interface Told {
  readonly names: readonly string[];
  /** Of `global`. */
  readonly counters: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly durationS: number;
  readonly error: string | undefined;
  readonly response: Message;
}

const folder = makeFolder();
let stubs: GrpcStubs;
let origin: ChildOrigin;

beforeAll(async () => {
  stubs = await makeStubs();
  origin = await startChildOrigin("--log");
});

afterAll(async () => {
  await origin?.stop();
  stubs?.remove();
  folder.remove();
});

/** Each has a service of its own, so that they can run side by side. */
async function serving<T>(use: (client: GrpcClient, service: ChildService) => Promise<T>) {
  const service = await startChildService(folder);
  const client = stubs.client(service.address);
  try {
    return await use(client, service);
  } finally {
    await client.close();
    await service.stop();
  }
}

function execute(options: Message): Promise<Told> {
  return serving(async (client) => told(await client.execute({ uri: origin.url, ...options })));
}

function told(response: Message): Told {
  const { output, error_detail: detail } = response as {
    output?: { results?: NighthawkResult[] };
    error_detail?: { code: number; message: string };
  };
  const results = output?.results ?? [];
  const last = results.at(-1);
  if (detail !== undefined) expect(detail.code).toBe(13);
  return {
    names: results.map(({ name }) => name),
    counters: Object.fromEntries(
      (last?.counters ?? []).map(({ name, value }) => [name, Number(value)]),
    ),
    counts: Object.fromEntries(
      (last?.statistics ?? []).map(({ id, count = "0" }) => [id, Number(count)]),
    ),
    durationS: Number.parseFloat(last?.execution_duration ?? "0"),
    error: detail?.message,
    response,
  };
}

/** The nth is answered after so many that are still to come: more than n−1 ends it. */
function until(answers: number): Message {
  return { termination_predicates: { "benchmark.http_2xx": answers - 1 } };
}

const CLIENT = "benchmark_http_client";

test("C1: a termination predicate ends it after just so many answers", async () => {
  const { counters, error } = await execute({ duration: "100s", ...until(25) });
  expect(counters["benchmark.http_2xx"]).toBe(25);
  expect(counters.upstream_rq_total).toBe(25);
  expect(error).toBeUndefined();
});

test("C2: bytes of answers, of headers and of bodies", async () => {
  const config = '{response_body_size:10,v3_response_headers:[{header:{key:"x-nh",value:"1"}}]}';
  const header = { key: "x-nighthawk-test-server-config", value: config };
  const request_options = { request_headers: [{ header }] };
  const { response, counters } = await execute({ duration: "100s", request_options, ...until(25) });
  const { results } = response.output as { results: NighthawkResult[] };
  const of = (id: string) => results[0].statistics.find((one) => one.id === `${CLIENT}.${id}`);
  expect(of("response_body_size")).toMatchObject({
    ...{ count: "25", raw_mean: 10, raw_min: "10", raw_max: "10" },
  });
  const text = ":status200content-typetext/plainx-nh1content-length10";
  const bytes = String(text.length);
  expect(of("response_header_size")).toMatchObject({
    ...{ count: "25", raw_mean: text.length, raw_min: bytes, raw_max: bytes },
  });
  const whole =
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-nh: 1\r\nContent-Length: 10\r\n\r\n";
  expect(counters.upstream_cx_rx_bytes_total).toBe(25 * (whole.length + 10));
});

test("C4: predicates are of each worker", async () => {
  const options = { concurrency: "4", requests_per_second: 100, connections: 1, duration: "100s" };
  const { counters, names } = await execute({ ...options, ...until(25) });
  expect(counters["benchmark.http_2xx"]).toBe(100);
  expect(counters.upstream_cx_http1_total).toBeGreaterThanOrEqual(4);
  expect(names).toEqual(["worker_0", "worker_1", "worker_2", "worker_3", "global"]);
});

test("C5: the closed loop waits for its connection, and says for how long", async () => {
  const options = { requests_per_second: 999_999, connections: 1, duration: "100s" };
  const { counters, counts } = await execute({ ...options, ...until(100) });
  expect(counters["benchmark.http_2xx"]).toBe(100);
  expect(counters.upstream_cx_http1_total).toBe(1);
  expect(counters.upstream_rq_pending_total).toBe(1);
  expect(counters.upstream_cx_overflow).toBeUndefined();
  expect(counts["sequencer.blocking"]).toBeGreaterThanOrEqual(1);
});

test("C8: the open loop does not wait, and counts what it could not send", async () => {
  const load = { requests_per_second: 7000, connections: 1, max_pending_requests: 1 };
  const header = { key: "x-nighthawk-test-server-config", value: '{static_delay:"0.01s"}' };
  const { counters } = await execute({
    ...load,
    open_loop: true,
    duration: "1s",
    request_options: { request_headers: [{ header }] },
  });
  expect(counters["benchmark.pool_overflow"]).toBeGreaterThan(10);
});

test("C10: connections are opened before they are needed", async () => {
  const options = { duration: "1s", requests_per_second: 1, connections: 50 };
  const { counters } = await execute({ ...options, prefetch_connections: true });
  expect(counters.upstream_cx_http1_total).toBe(50);
});

test("C11: an end that was asked for is no failure", async () => {
  const options = { requests_per_second: 500, connections: 1, duration: "100s" };
  const { counters, error } = await execute({ ...options, ...until(10) });
  expect(counters["benchmark.http_2xx"]).toBe(10);
  expect(error).toBeUndefined();
});

test("C12: a failure predicate fails the run, and its output is there", async () => {
  const failure_predicates = { "benchmark.http_2xx": 0 };
  const { counters, error } = await execute({ duration: "100s", failure_predicates });
  expect(counters["benchmark.http_2xx"]).toBe(1);
  expect(counters["sequencer.failed_terminations"]).toBe(1);
  expect(error).toStartWith("Unknown failure. See Nighthawk Service logs.");
  expect(error).toEndWith("worker_0: benchmark.http_2xx is above 0.");
});

test("C13: a dead port does not fail what has no predicates; no slot is lost", async () => {
  const dead = { uri: "http://127.0.0.1:1/", no_default_failure_predicates: true };
  const load = { requests_per_second: 100, connections: 1, duration: "1s" };
  const { counters, error } = await execute({ ...dead, ...load });
  expect(error).toBeUndefined();
  // Upstream loses its one slot with the first of them.
  expect(counters["benchmark.pool_connection_failure"]).toBe(100);
  expect(counters.upstream_rq_total).toBeUndefined();
});

test("C14: a predicate of a counter that nobody has is refused", async () => {
  const { error, response } = await execute({ termination_predicates: { a: 1 } });
  expect(error).toStartWith('termination_predicates: no counter "a" is watched');
  expect(response.output).toBeUndefined();
});

describe("C15: as many as were asked for, each in its statistics", () => {
  const cases = [1, 25].flatMap((rps) =>
    [5, 10].flatMap((duration) => [1, 2].map((workers) => ({ rps, duration, workers }))),
  );

  test("one after another would take a minute, so side by side", async () => {
    const seen = await Promise.all(
      cases.map(({ rps, duration, workers }) =>
        execute({
          requests_per_second: rps,
          duration: `${duration}s`,
          concurrency: String(workers),
        }),
      ),
    );
    for (const [at, { rps, duration, workers }] of cases.entries()) {
      const { counters, counts, durationS } = seen[at];
      expect(durationS).toBe(duration);
      const least = rps * workers * duration;
      for (const id of ["request_to_response", "queue_to_connect", "latency_2xx"]) {
        expect(counts[`${CLIENT}.${id}`]).toBeGreaterThanOrEqual(least);
      }
      expect(counters["benchmark.http_2xx"]).toBe(least);
    }
  });
});

test("C16: a run without an end is cancelled, and is told as usual", async () => {
  await serving(async (client, service) => {
    const call = client.call();
    call.start({ uri: origin.url, concurrency: "2", no_duration: true });
    await service.child.untilNoted(/Starting 2 threads/);
    await Bun.sleep(1000);
    call.send({ cancellation_request: {} }).end();
    const { responses, status } = await call.rest();
    expect(status).toEqual({ status: "OK", details: "" });
    const { counters, error } = told(responses[0]);
    expect(error).toBeUndefined();
    expect(counters.graceful_stop_requested).toBe(2);
    expect(counters["benchmark.http_2xx"]).toBeGreaterThanOrEqual(1);
  });
});

test("C17: a number in a header of the answers, if there is one", async () => {
  const name = "x-origin-request-receipt-delta";
  const tracking = `{emit_previous_request_delta_in_response_header:"${name}"}`;
  const header = { key: "x-nighthawk-test-server-config", value: tracking };
  const load = { requests_per_second: 100, duration: "100s", ...until(100) };
  const options = { ...load, latency_response_header_name: name };
  const fresh = await startChildOrigin();
  try {
    const on = await execute({
      ...options,
      uri: fresh.url,
      request_options: { request_headers: [{ header }] },
    });
    expect(on.counts[`${CLIENT}.latency_2xx`]).toBe(100);
    expect(on.counts[`${CLIENT}.origin_latency_statistic`]).toBe(99);
  } finally {
    await fresh.stop();
  }
  const off = await execute(options);
  expect(off.counts[`${CLIENT}.latency_2xx`]).toBe(100);
  expect(off.counts[`${CLIENT}.origin_latency_statistic`]).toBe(0);
});

test("C18: a rate that rises evenly", async () => {
  const { counters } = await execute({
    duration: "10s",
    requests_per_second: 10,
    rate_limiter_plugin_config: {
      name: "nighthawk.linear-ramping-rate-limiter-plugin",
      typed_config: {
        "@type": "type.googleapis.com/nighthawk.rate_limiter.LinearRampingRateLimiterConfig",
        ramp_time: "5.4s",
      },
    },
  });
  expect(Math.abs(counters["benchmark.http_2xx"] - 73)).toBeLessThanOrEqual(3);
});

test("C19: a connection is closed after so many requests", async () => {
  const header = { key: "x-nighthawk-test-server-config", value: '{static_delay:"0.5s"}' };
  const { counters } = await execute({
    ...{ max_requests_per_connection: 5, connections: 1, requests_per_second: 100 },
    duration: "2s",
    request_options: { request_headers: [{ header }] },
  });
  const { upstream_rq_total: requests, upstream_cx_total: connections } = counters;
  expect(requests).toBeGreaterThanOrEqual(3);
  expect(connections).toBeGreaterThanOrEqual(requests / 5);
  expect(connections).toBeLessThanOrEqual(requests / 5 + 1);
});

test("C22: several endpoints, and each has its part", async () => {
  const origins = await Promise.all([1, 2, 3].map(() => startChildOrigin()));
  try {
    const endpoints = origins.map(({ port }) => ({ address: "127.0.0.1", port }));
    const { counters } = await execute({
      uri: undefined,
      multi_target: { endpoints, path: "/" },
      duration: "100s",
      requests_per_second: 100,
      ...until(25),
    });
    expect(counters["benchmark.http_2xx"]).toBe(25);
    expect(counters["default.total_match_count"]).toBe(3);
    for (const { url } of origins) {
      const stats = await (await fetch(`${url}/.control/stats`)).json();
      expect((stats as { requests: number }).requests).toBeGreaterThanOrEqual(1);
    }
  } finally {
    await Promise.all(origins.map((one) => one.stop()));
  }
});

test("C26: a remote run three times, and then the service is gone", async () => {
  const service = await startChildService(folder);
  const client = stubs.client(service.address);
  const options = { uri: origin.url, duration: "100s", requests_per_second: 100, ...until(25) };
  for (let time = 0; time < 3; time++) {
    const { counters } = told(await client.execute(options));
    expect(counters["benchmark.http_2xx"]).toBeGreaterThanOrEqual(25);
  }
  const { err, code } = await service.stop();
  expect(code).toBe(0);
  expect(err.match(/Starting 1 threads \/ event loops/g)).toHaveLength(3);
  await expect(client.execute(options)).rejects.toThrow("UNAVAILABLE");
  await client.close();
});

test("C32: one worker is told as the whole alone", async () => {
  const options = { duration: "1s", requests_per_second: 50 };
  expect((await execute(options)).names).toEqual(["global"]);
  const two = await execute({ ...options, concurrency: "2" });
  expect(two.names).toEqual(["worker_0", "worker_1", "global"]);
});
