/**
 * Nighthawk's black-box cases that are of the service, the second half: each by a client on
 * gRPC's C core against our test server. The names are those of upstream's cases in its reference.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startChildOrigin } from "@nightjar/origin/child-origin.ts";
import type { Message } from "@nightjar/testkit/grpc-client.ts";
import {
  configured,
  NighthawkCases,
  type Told,
  told,
  until,
} from "@nightjar/testkit/nighthawk-cases.ts";

let cases: NighthawkCases;
beforeAll(async () => {
  cases = await NighthawkCases.open();
});
afterAll(() => cases?.close());

const CLIENT = "benchmark_http_client";

const TRIES = 3;

/** On a machine that stood still at the very end the last answer may be missing. */
async function untilAll(least: number, options: Message): Promise<Told> {
  let seen = await cases.execute(options);
  for (let tries = 1; tries < TRIES && seen.counters["benchmark.http_2xx"] < least; tries++) {
    seen = await cases.execute(options);
  }
  return seen;
}

test("C15: as many as were asked for, each in its statistics", async () => {
  const matrix = [1, 25].flatMap((rps) =>
    [5, 10].flatMap((seconds) => [1, 2].map((workers) => ({ rps, seconds, workers }))),
  );
  // One after another they would take a minute.
  const checks = matrix.map(async ({ rps, seconds, workers }) => {
    const least = rps * workers * seconds;
    const load = { requests_per_second: rps, concurrency: String(workers) };
    const { counters, counts, durationS } = await untilAll(least, {
      ...load,
      duration: `${seconds}s`,
    });
    expect(durationS).toBe(seconds);
    for (const id of ["request_to_response", "queue_to_connect", "latency_2xx"]) {
      expect(counts[`${CLIENT}.${id}`]).toBeGreaterThanOrEqual(least);
    }
    expect(counters["benchmark.http_2xx"]).toBe(least);
  });
  await Promise.all(checks);
});

test("C16: a run without an end is cancelled, and is told as usual", async () => {
  await cases.serving(async (client, service) => {
    const call = client.call();
    call.start({ uri: cases.origin.url, concurrency: "2", no_duration: true });
    await service.child.untilNoted(/Starting 2 threads/);
    await Bun.sleep(3000);
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
  const load = { requests_per_second: 100, duration: "100s", ...until(100) };
  const options = { ...load, latency_response_header_name: name };
  const fresh = await startChildOrigin();
  try {
    const on = await cases.execute({
      ...options,
      uri: fresh.url,
      ...configured(tracking),
    });
    expect(on.counts[`${CLIENT}.latency_2xx`]).toBe(100);
    const id = `${CLIENT}.origin_latency_statistic`;
    expect(on.counts[id]).toBe(99);
    // Nanoseconds: those between two requests of 100/s, more where the machine is busy.
    const meanS = Number.parseFloat(on.statistics.find((one) => one.id === id)?.mean ?? "");
    expect(meanS).toBeGreaterThan(0.005);
    expect(meanS).toBeLessThan(1);
  } finally {
    await fresh.stop();
  }
  const off = await cases.execute(options);
  expect(off.counts[`${CLIENT}.latency_2xx`]).toBe(100);
  expect(off.counts[`${CLIENT}.origin_latency_statistic`]).toBe(0);
});

test("C18: a rate that rises evenly", async () => {
  const { counters } = await cases.execute({
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
  const { counters } = await cases.execute({
    ...{ max_requests_per_connection: 5, connections: 1, requests_per_second: 100 },
    duration: "4s",
    ...configured('{static_delay:"0.5s"}'),
  });
  const { upstream_rq_total: requests, upstream_cx_total: connections } = counters;
  expect(requests).toBeGreaterThanOrEqual(3);
  expect(connections).toBeGreaterThanOrEqual(requests / 5);
  expect(connections).toBeLessThanOrEqual(requests / 5 + 1);
  // Upstream's four slow requests never come to the fifth.
  const quick = await cases.execute({
    ...{ max_requests_per_connection: 5, connections: 1, requests_per_second: 100 },
    ...{ duration: "100s", ...until(23) },
  });
  expect(quick.counters["benchmark.http_2xx"]).toBe(23);
  expect(quick.counters.upstream_cx_total).toBe(5);
});

test("C22: several endpoints, and each has its part", async () => {
  const origins = await Promise.all([1, 2, 3].map(() => startChildOrigin()));
  try {
    const endpoints = origins.map(({ port }) => ({ address: "127.0.0.1", port }));
    const { counters } = await cases.execute({
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
  const service = await cases.service();
  const client = cases.client(service);
  const options = {
    uri: cases.origin.url,
    duration: "100s",
    requests_per_second: 100,
    ...until(25),
  };
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
  expect((await cases.execute(options)).names).toEqual(["global"]);
  const two = await cases.execute({ ...options, concurrency: "2" });
  expect(two.names).toEqual(["worker_0", "worker_1", "global"]);
});
