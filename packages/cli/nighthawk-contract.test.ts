/**
 * The contract of Nighthawk's service where no other client is at hand: the same by connect's own.
 * nighthawk-contract.parts.test.ts has all of it.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import {
  Code,
  NighthawkCall,
  type OptionsInit,
  otherRequest,
  startRequest,
} from "@nightjar/testkit/nighthawk-client.ts";
import { childrenOf, makeFolder, survivors } from "./child-cli.ts";
import { type ChildService, startChildService } from "./child-service.ts";

const folder = makeFolder();
let origin: ChildOrigin;
let service: ChildService;

beforeAll(async () => {
  [origin, service] = await Promise.all([startChildOrigin(), startChildService(folder)]);
});

afterAll(async () => {
  await Promise.all([origin.stop(), service.stop()]);
  folder.remove();
});

const call = (signal?: AbortSignal) => new NighthawkCall(service.address, { signal });

function options(more: OptionsInit = {}): OptionsInit {
  return {
    requestsPerSecond: 50,
    oneofDurationOptions: { case: "duration", value: { seconds: 1000n } },
    oneofUri: { case: "uri", value: { value: `${origin.url}/` } },
    ...more,
  } as OptionsInit;
}

const BRIEF = { terminationPredicates: { "benchmark.http_2xx": 4n } };

test("one run after another, each with its own id", async () => {
  const both = call();
  for (const executionId of ["first", "second"]) {
    both.send(startRequest(options({ ...BRIEF, executionId })));
    const response = await both.next();
    expect(response?.executionId).toBe(executionId);
    expect(response?.output?.results.map(({ name }) => name)).toEqual(["global"]);
    expect(response?.errorDetail).toBeUndefined();
  }
  expect(await both.end().rest()).toEqual({ responses: [], error: undefined });
});

test("one at a time: others are refused at once, and it can be cancelled", async () => {
  const first = call().send(startRequest(options({ executionId: "first" })));
  await service.child.untilNoted(/(Starting 1[\s\S]*){3}/);
  const { responses, error } = await call().send(startRequest(options())).end().rest();
  expect([responses.length, error?.code]).toEqual([0, Code.Internal]);
  expect(error?.rawMessage).toBe("Only a single benchmark session is allowed at a time.");
  first.send(otherRequest("cancellationRequest")).end();
  const response = await first.next();
  const counters = response?.output?.results[0].counters ?? [];
  expect(counters.find(({ name }) => name === "graceful_stop_requested")?.value).toBe(1n);
  expect([response?.executionId, response?.errorDetail]).toEqual(["first", undefined]);
});

test("a run that fails says so beside its output", async () => {
  const failing = options({ failurePredicates: { upstream_rq_total: 2n } });
  const response = await call().send(startRequest(failing)).end().next();
  expect(response?.errorDetail?.code).toBe(Code.Internal);
  expect(response?.errorDetail?.message).toEndWith("worker_0: upstream_rq_total is above 2.");
  expect(response?.output?.results).toHaveLength(1);
});

test("a call that goes away takes its run with it", async () => {
  const aborter = new AbortController();
  const gone = call(aborter.signal).send(startRequest(options()));
  const response = gone.next();
  await service.child.untilNoted(/(Starting 1[\s\S]*){5}/);
  const pids = childrenOf(service.child.process.pid);
  aborter.abort();
  await expect(response).rejects.toThrow();
  expect(pids).toHaveLength(1);
  expect(await survivors(pids)).toEqual([]);
});
