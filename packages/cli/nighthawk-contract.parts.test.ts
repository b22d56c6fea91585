/**
 * What Nighthawk's service answers when something is not as usual, and what ours does better: by
 * clients on gRPC's C core.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import {
  type GrpcClient,
  type GrpcStubs,
  type Message,
  makeStubs,
} from "@nightjar/testkit/grpc-client.ts";
import { childrenOf, makeFolder, survivors } from "./child-cli.ts";
import { type ChildService, startChildService } from "./child-service.ts";

const folder = makeFolder();
let stubs: GrpcStubs;
let origin: ChildOrigin;
let service: ChildService;
let client: GrpcClient;

beforeAll(async () => {
  stubs = await makeStubs();
  origin = await startChildOrigin();
});

afterAll(async () => {
  await origin?.stop();
  stubs?.remove();
  folder.remove();
});

beforeEach(async () => {
  service = await startChildService(folder);
  client = stubs.client(service.address);
});

afterEach(async () => {
  await client.close();
  await service.stop();
});

const OK = { status: "OK", details: "" };
const internal = (details: string) => ({ status: "INTERNAL", details });
const BUSY = internal("Only a single benchmark session is allowed at a time.");
const UNSUPPORTED = internal("Request is not supported yet.");

function second(more: Message = {}): Message {
  return { uri: origin.url, requests_per_second: 50, duration: "1s", ...more };
}

interface Global {
  readonly counters?: readonly { readonly name: string; readonly value: string }[];
  readonly execution_start: string;
}

interface Response {
  readonly output?: { readonly results?: readonly Global[]; readonly options: Message };
  readonly error_detail?: { readonly code: number; readonly message: string };
  readonly execution_id: string;
}

async function only(answers: Promise<{ responses: Message[]; status: object }>) {
  const { responses, status } = await answers;
  expect(responses).toHaveLength(1);
  return { ...(responses[0] as unknown as Response), status };
}

/** Of all workers together. */
function globalOf(response: Response): Global {
  const last = response.output?.results?.at(-1);
  if (last === undefined) throw new Error("there are no results");
  return last;
}

function counter(response: Response, name: string): number {
  const { counters = [] } = globalOf(response);
  return Number(counters.find((one) => one.name === name)?.value ?? 0);
}

test("one stream may start one run after another", async () => {
  const call = client.call();
  for (let time = 0; time < 2; time++) {
    call.start(second({ execution_id: `run-${time}` }));
    const { response } = (await call.next()) as unknown as { response: Response };
    expect(response.error_detail).toBeUndefined();
    expect(response.execution_id).toBe(`run-${time}`);
    expect(counter(response, "benchmark.http_2xx")).toBeGreaterThan(0);
  }
  expect(await call.end().rest()).toEqual({ responses: [], status: OK });
});

test("a second start on the stream ends it, after the response to the first", async () => {
  const { output, error_detail, status } = await only(
    client.call().start(second()).start(second()).end().rest(),
  );
  expect([output === undefined, error_detail, status]).toEqual([false, undefined, BUSY]);
});

test("a second client is refused at once, and steals nothing", async () => {
  const first = client.call().start(second({ duration: "1000s", execution_id: "first" }));
  await service.child.untilNoted(/Starting/);
  const other = stubs.client(service.address);
  expect(await other.call().start(second()).end().rest()).toEqual({ responses: [], status: BUSY });
  const response = await only(first.send({ cancellation_request: {} }).end().rest());
  expect([response.execution_id, response.status]).toEqual(["first", OK]);
  expect((await only(other.call().start(second()).end().rest())).error_detail).toBeUndefined();
  await other.close();
});

test.each([
  [{ requests_per_second: 0 }, "requests_per_second: value must be inside range [1, 1000000]"],
  [{ h2: true }, "h2: is not carried out"],
  [{ protocol: { value: "HTTP3" } }, "protocol: is not carried out"],
  [{ trace: "zipkin://x:1/" }, "trace: is not carried out"],
  [{ request_source: { uri: "grpc://x" } }, "request_source: is not carried out"],
  [{ uri: "ftp://x/" }, "uri: Invalid target URI: 'ftp://x/'"],
  [{ concurrency: "none" }, 'concurrency: auto or a number from 1 to 256, found "none"'],
])("options that are not carried out: %j", async (options, message) => {
  const call = client.call().start(second(options)).end();
  const { output, error_detail, status, execution_id } = await only(call.rest());
  expect([output, error_detail?.code, status]).toEqual([undefined, 13, OK]);
  expect(error_detail?.message).toStartWith(message);
  expect(execution_id).toMatch(/^[\da-f-]{36}$/);
});

test("a name that nobody knows", async () => {
  const call = client
    .call()
    .start(second({ uri: "http://nobody.invalid/" }))
    .end();
  const { output, error_detail, status } = await only(call.rest());
  expect([output, error_detail?.code, status]).toEqual([undefined, 13, OK]);
  expect(error_detail?.message).toStartWith("Unable to create ProcessImpl: ");
  expect(error_detail?.message).toContain("nobody.invalid");
  expect(error_detail?.message).not.toContain("--");
});

test("a run that fails has both its output and an error", async () => {
  const call = client
    .call()
    .start(second({ uri: `${origin.url}/?status=503`, connections: 1 }))
    .end();
  const response = await only(call.rest());
  expect(response.status).toEqual(OK);
  expect(response.error_detail).toEqual({
    code: 13,
    message:
      "Unknown failure. See Nighthawk Service logs. worker_0: benchmark.http_5xx is above 0.",
  });
  expect(counter(response, "benchmark.http_5xx")).toBe(1);
});

test("a failing worker stops alone", async () => {
  const options = {
    concurrency: "2",
    connections: 1,
    duration: "60s",
    failure_predicates: { upstream_rq_total: 9 },
  };
  const response = await only(client.call().start(second(options)).end().rest());
  expect(counter(response, "sequencer.failed_terminations")).toBe(2);
  expect(counter(response, "upstream_rq_total")).toBe(20);
});

test.each(["update_request", "nothing"])("%s ends the call", async (which) => {
  const request = which === "nothing" ? {} : { [which]: {} };
  expect(await client.call().send(request).end().rest()).toEqual({
    responses: [],
    status: UNSUPPORTED,
  });
  const after = await only(client.call().start(second()).send(request).end().rest());
  expect([after.error_detail, after.status]).toEqual([undefined, UNSUPPORTED]);
});

test("a cancellation without a run ends the call; behind a run it is nothing", async () => {
  const early = await client.call().send({ cancellation_request: {} }).end().rest();
  expect(early).toEqual({
    responses: [],
    status: internal("No benchmark session was started on this stream."),
  });
  const call = client.call().start(second());
  await call.next();
  const late = await call.send({ cancellation_request: {} }).end().rest();
  expect(late).toEqual({ responses: [], status: OK });
});

test("a call that goes away takes its run with it, and the next may start", async () => {
  const call = client.call().start(second({ duration: "1000s" }));
  await service.child.untilNoted(/Starting/);
  const pids = childrenOf(service.child.process.pid);
  expect(pids).toHaveLength(1);
  call.cancel();
  expect((await call.rest()).status).toMatchObject({ status: "CANCELLED" });
  expect(await survivors(pids)).toEqual([]);
  expect(await nextStart()).toMatchObject({ status: OK, responses: [{}] });
});

/** Its worker is gone a little before the service has closed the books. */
async function nextStart() {
  for (let tries = 1; ; tries++) {
    const answers = await client.call().start(second()).end().rest();
    if (answers.status.details !== BUSY.details || tries === 300) return answers;
    await Bun.sleep(100);
  }
}

test("a client that dies takes its run with it", async () => {
  client.call().start(second({ duration: "1000s" }));
  await service.child.untilNoted(/Starting/);
  const pids = childrenOf(service.child.process.pid);
  await client.close();
  expect(await survivors(pids)).toEqual([]);
});

const TRANSPIRED = "Scheduled execution date already transpired.";

/** On a busy machine the time may have passed before it was told. */
async function scheduled(inMs: number): Promise<{ startMs: number; response: Response }> {
  const startMs = Date.now() + inMs;
  const scheduled_start = new Date(startMs).toISOString();
  const response = await only(client.call().start(second({ scheduled_start })).end().rest());
  const isPast = response.error_detail?.message.includes(TRANSPIRED) ?? false;
  return isPast && inMs < 20_000 ? scheduled(2 * inMs) : { startMs, response };
}

test("it starts when it was told to", async () => {
  const { startMs, response } = await scheduled(1500);
  const { execution_start } = globalOf(response);
  expect(Math.abs(Date.parse(execution_start) - startMs)).toBeLessThanOrEqual(1);
  expect(counter(response, "benchmark.http_2xx")).toBeGreaterThan(0);
  expect(Date.now()).toBeGreaterThanOrEqual(startMs + 1000);
});

test("not when that time has passed", async () => {
  const scheduled_start = new Date(Date.now() - 10_000).toISOString();
  const response = await only(client.call().start(second({ scheduled_start })).end().rest());
  expect(response.output?.results).toBeUndefined();
  expect(response.error_detail?.message).toContain(TRANSPIRED);
});

test("nor when it is too far away", async () => {
  const scheduled_start = new Date(Date.now() + 8 * 24 * 3600_000).toISOString();
  const response = await only(client.call().start(second({ scheduled_start })).end().rest());
  expect(response.error_detail?.message).toBe("scheduled_start: at most 604800 s ahead");
});

test("a run that is cancelled before its time sends nothing", async () => {
  const scheduled_start = new Date(Date.now() + 60_000).toISOString();
  const call = client.call().start(second({ scheduled_start }));
  await service.child.untilNoted(/Starting/);
  const response = await only(call.send({ cancellation_request: {} }).end().rest());
  expect(counter(response, "upstream_rq_total")).toBe(0);
  expect(counter(response, "graceful_stop_requested")).toBe(1);
});

test("the options come back with their defaults", async () => {
  const labels = ["a=1", "b"];
  const response = await only(client.call().start(second({ labels })).end().rest());
  expect(response.output?.options).toMatchObject({
    ...{ labels, uri: origin.url, requests_per_second: 50, connections: 100, duration: "1s" },
    ...{ concurrency: "1", timeout: "30s", max_active_requests: 100, open_loop: false },
    protocol: {},
    failure_predicates: { "benchmark.http_4xx": "0", "benchmark.stream_resets": "0" },
  });
});

test("it ends while a run goes on: the client is told, and nothing is left", async () => {
  const call = client.call().start(second({ duration: "1000s" }));
  await service.child.untilNoted(/Starting/);
  const pids = childrenOf(service.child.process.pid);
  expect((await service.stop()).code).toBe(0);
  expect((await call.rest()).status).toMatchObject({ status: "UNAVAILABLE" });
  expect(await survivors(pids)).toEqual([]);
});
