/** A plan of ours → Nighthawk's options, and what these have no word for. */
import { describe, expect, test } from "bun:test";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import fc from "fast-check";
import { executionOf } from "./execution.ts";
import { optionsOfPlan } from "./options-of-plan.ts";

const URL = "http://127.0.0.1:8080/a?b";

function plan(document: Partial<PlanDocument>): Plan {
  const load = { rate: 100, connections: 10 };
  return resolvePlan({ targets: [{ url: URL }], duration: "10s", load, ...document });
}

function greatestDivisor(of: number, most: number): number {
  return of % most === 0 ? most : greatestDivisor(of, most - 1);
}

const evenLoad = (workers: number) =>
  fc
    .record({
      rps: fc.integer({ min: 1, max: 10_000 }),
      each: fc.integer({ min: 1, max: 50 }),
      pending: fc.option(fc.integer({ min: 0, max: 20 })),
      shape: fc.constantFrom("constant", "burst", "jitter", "ramp", "warm"),
      amount: fc.integer({ min: 2, max: 100 }),
      seconds: fc.integer({ min: 3, max: 100 }),
    })
    .map(({ rps, each, pending, shape, amount, seconds }) => {
      const rate = rps * workers;
      const connections = each * workers;
      const maxBacklog = (pending ?? rps * (seconds + 1)) * workers;
      const rising = { duration: "2s", rate: `0..${rate}` };
      // Of Nighthawk there are whole bursts alone.
      const whole = greatestDivisor(rps * seconds, amount);
      const burst = whole === 1 ? "constant" : `burst:${whole * workers}`;
      const arrivals = { burst, jitter: `jitter:${amount}%` };
      const load: PlanDocument["load"] = {
        ...(shape === "ramp"
          ? { stages: [rising, { duration: `${seconds - 2}s`, rate }] }
          : { rate, arrivals: arrivals[shape as "burst"] ?? "constant" }),
        ...{ connections, maxBacklog },
      };
      const warmup = shape === "warm" ? `${Math.floor(1e9 / rps)}ns` : "0s";
      return { load, warmup, ...(shape === "ramp" ? {} : { duration: `${seconds}s` }) };
    });

test("what can be said of a plan comes back as it was", () => {
  const document = fc.integer({ min: 1, max: 8 }).chain((workers) =>
    fc.record({
      workers: fc.constant(workers),
      timing: evenLoad(workers),
      target: fc.record({
        method: fc.constantFrom("GET", "POST", "PATCH"),
        bodySize: fc.option(fc.integer({ min: 1, max: 4_194_304 }), { nil: undefined }),
        headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[!-z]*$/)),
      }),
      connection: fc.record({
        reuse: fc.constantFrom("lru" as const, "mru" as const),
        prefetch: fc.boolean(),
        maxRequests: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
        addressFamily: fc.constantFrom("any" as const, "ipv4" as const),
      }),
      ports: fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 }),
      labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[ -~]{0,8}$/)),
    }),
  );
  fc.assert(
    fc.property(document, ({ workers, timing, target, connection, ports, labels }) => {
      const headers = ports.length === 1 ? target.headers : { host: "h", ...target.headers };
      const before = resolvePlan(
        JSON.parse(
          JSON.stringify({
            ...{ workers, labels, connection, ...timing },
            targets: ports.map((port) => ({
              ...target,
              headers,
              url: `http://127.0.0.1:${port}/a?b`,
            })),
            connectTimeout: "3s",
            recordHeaders: ["x-took:ns"],
          }),
        ),
      );
      const { plan: after } = executionOf(optionsOfPlan(before, workers), 1);
      const { load, targets } = before;
      expect(after).toMatchObject({
        ...{ workers, labels, duration: before.duration, warmup: before.warmup },
        ...{ connectTimeout: "3s", recordHeaders: ["x-took:ns"], connection: before.connection },
        targets: targets.map(({ url, method, headers: sent }) => ({ url, method, headers: sent })),
        load: { model: "open", rate: load.rate, connections: load.connections },
      });
      expect(after.targets[0].bodySize).toBe(target.bodySize);
      expect(after.load.stages).toEqual(load.stages);
      expect(sameArrivals(after.load.arrivals)).toBe(sameArrivals(load.arrivals));
      const owed = (Number(load.rate) * Number.parseInt(before.duration, 10)) / 1;
      if (load.maxBacklog < owed) expect(after.load.maxBacklog).toBe(load.maxBacklog);
    }),
    { numRuns: 300 },
  );
});

/** Jitter is a whole number of nanoseconds over there. */
function sameArrivals(text: string): string {
  return text.startsWith("jitter") ? "jitter" : text;
}

test("jitter is of the same length, to the nanosecond", () => {
  const before = plan({ load: { rate: 300, connections: 3, arrivals: "jitter:25%" } });
  const options = optionsOfPlan(before, 3);
  expect(options.jitterUniform).toMatchObject({ seconds: 0n, nanos: Math.round(0.25e9 / 300) });
});

describe("is refused with its place and what would do:", () => {
  test.each<[string, Partial<PlanDocument>, number, string]>([
    ["load.model", { load: { model: "closed" } }, 1, "no loop as fast as answers come"],
    ["load.rate", { load: { rate: 100, connections: 9 } }, 3, "found 100/s"],
    ["load.connections", { load: { rate: 99, connections: 10 } }, 3, "found 10"],
    ["load.requests", { load: { rate: 100, connections: 10, requests: 5 } }, 1, "no requests"],
    ["load.arrivals", { load: { rate: 10, connections: 1, arrivals: "poisson" } }, 1, "Poisson"],
    ["load.arrivals", { load: { rate: 10, connections: 2, arrivals: "burst:5" } }, 2, "found 5"],
    [
      "load.arrivals",
      { load: { rate: 10, connections: 2, arrivals: "burst:8" }, duration: "3s" },
      2,
      "whole bursts, found burst:8 for 30 exchanges",
    ],
    ["load.stages", { load: { stages: [{ duration: "10s", rate: "5..9" }] } }, 1, "rises from 0"],
    ["load.maxBacklog", { load: { rate: 99, connections: 3, maxBacklog: 5 } }, 3, "found 5"],
    ["duration", { duration: "1500ms" }, 1, "whole seconds"],
    ["warmup", { warmup: "1s" }, 1, "one request of each worker"],
    ["targets[0].url", { targets: [{ url: "http://a.test/{{seq}}" }] }, 1, "found {{seq}}"],
    ["targets[0].headers.x-a", { targets: [{ url: URL, headers: { "x-a": "{{uuid}}" } }] }, 1, ""],
    ["targets[0].body", { targets: [{ url: URL, body: "x" }] }, 1, "one letter"],
    ["targets[0].method", { targets: [{ url: URL, method: "PURGE" }] }, 1, "PURGE"],
    ["targets[1].weight", { targets: [{ url: URL }, { url: URL, weight: 2 }] }, 1, "in turn"],
    ["targets[1]", { targets: [{ url: URL }, { url: URL, method: "PUT" }] }, 1, "the same method"],
    ["targets[1].url", { targets: [{ url: URL }, { url: "http://a.test/" }] }, 1, "one scheme"],
    ["tls.insecure", { targets: [{ url: "https://a.test/" }] }, 1, "verifies none"],
    ["recordHeaders", { recordHeaders: ["x-took"] }, 1, "in nanoseconds"],
    ["connection.unix", { connection: { unix: "/tmp/x" } }, 1, ""],
    ["numberHeader", { numberHeader: "x-n" }, 1, ""],
    ["checks", { checks: { body: ["contains:x"] } }, 1, ""],
  ])("%s", (path, document, workers, sentence) => {
    expect(() => optionsOfPlan(plan(document), workers)).toThrow(`${path}: `);
    expect(() => optionsOfPlan(plan(document), workers)).toThrow(sentence);
  });
});
