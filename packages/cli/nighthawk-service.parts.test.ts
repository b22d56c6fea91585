/**
 * Nighthawk's black-box cases that are of the service, the first half: each by a client on gRPC's C
 * core against our test server. The names are those of upstream's cases in its reference.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { configured, NighthawkCases, until } from "@nightjar/testkit/nighthawk-cases.ts";

let cases: NighthawkCases;
beforeAll(async () => {
  cases = await NighthawkCases.open();
});
afterAll(() => cases?.close());

const CLIENT = "benchmark_http_client";

test("C1: a termination predicate ends it after just so many answers", async () => {
  const { counters, error } = await cases.execute({ duration: "100s", ...until(25) });
  expect(counters["benchmark.http_2xx"]).toBe(25);
  expect(counters.upstream_rq_total).toBe(25);
  expect(error).toBeUndefined();
});

test("C2: bytes of answers, of headers and of bodies", async () => {
  const config = '{response_body_size:10,v3_response_headers:[{header:{key:"x-nh",value:"1"}}]}';
  const options = { duration: "100s", ...configured(config), ...until(25) };
  const { statistics, counters } = await cases.execute(options);
  const of = (id: string) => statistics.find((one) => one.id === `${CLIENT}.${id}`);
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
  const { counters, names } = await cases.execute({ ...options, ...until(25) });
  expect(counters["benchmark.http_2xx"]).toBe(100);
  expect(counters.upstream_cx_http1_total).toBeGreaterThanOrEqual(4);
  expect(names).toEqual(["worker_0", "worker_1", "worker_2", "worker_3", "global"]);
});

test("C5: the closed loop waits for its connection, and says for how long", async () => {
  const options = { requests_per_second: 999_999, connections: 1, duration: "100s" };
  const { counters, counts } = await cases.execute({ ...options, ...until(100) });
  expect(counters["benchmark.http_2xx"]).toBe(100);
  expect(counters.upstream_cx_http1_total).toBe(1);
  expect(counters.upstream_rq_pending_total).toBe(1);
  expect(counters.upstream_cx_overflow).toBeUndefined();
  expect(counts["sequencer.blocking"]).toBeGreaterThanOrEqual(1);
});

test("C8: the open loop is never blocked, and counts what it could not send", async () => {
  const load = { requests_per_second: 7000, connections: 1, max_active_requests: 1 };
  const { counters, counts, statistics } = await cases.execute({
    ...{ ...load, max_pending_requests: 1 },
    open_loop: true,
    duration: "1s",
    ...configured('{static_delay:"0.01s"}'),
  });
  expect(counters["benchmark.pool_overflow"]).toBeGreaterThan(10);
  expect(counts["sequencer.blocking"]).toBe(0);
  // Of all but the first, the one that waited is told how long.
  const queue = statistics.find(({ id }) => id === `${CLIENT}.queue_to_connect`);
  expect(Number.parseFloat(queue?.mean ?? "")).toBeGreaterThan(0.005);
});

test("C10: connections are opened before they are needed", async () => {
  const options = { duration: "3s", requests_per_second: 1, connections: 50 };
  const { counters } = await cases.execute({ ...options, prefetch_connections: true });
  expect(counters.upstream_cx_http1_total).toBe(50);
});

test("C11: an end that was asked for is no failure", async () => {
  const options = { requests_per_second: 500, connections: 1, duration: "100s" };
  const { counters, error } = await cases.execute({ ...options, ...until(10) });
  expect(counters["benchmark.http_2xx"]).toBe(10);
  expect(error).toBeUndefined();
});

test("C12: a failure predicate fails the run, and its output is there", async () => {
  const failure_predicates = { "benchmark.http_2xx": 0 };
  const { counters, error } = await cases.execute({ duration: "100s", failure_predicates });
  expect(counters["benchmark.http_2xx"]).toBe(1);
  expect(counters["sequencer.failed_terminations"]).toBe(1);
  expect(error?.code).toBe(13);
  expect(error?.message).toStartWith("Unknown failure. See Nighthawk Service logs.");
  expect(error?.message).toEndWith("worker_0: benchmark.http_2xx is above 0.");
});

test("C13: a dead port does not fail what has no predicates; no slot is lost", async () => {
  const dead = { uri: "http://127.0.0.1:1/", no_default_failure_predicates: true };
  const load = { requests_per_second: 100, connections: 1, duration: "2s" };
  const { counters, error } = await cases.execute({ ...dead, ...load });
  expect(error).toBeUndefined();
  // Upstream loses its one slot with the first of them.
  expect(counters["benchmark.pool_connection_failure"]).toBeGreaterThan(1);
  expect(counters.upstream_rq_total).toBeUndefined();
});

test("C14: a predicate of a counter that nobody has is refused", async () => {
  const { error, hasOutput } = await cases.execute({ termination_predicates: { a: 1 } });
  expect(error?.message).toStartWith('termination_predicates: no counter "a" is watched');
  expect(hasOutput).toBe(false);
});
