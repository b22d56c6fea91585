/** The command of Nighthawk: its arguments, what it prints, and which plans it refuses. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { valueAtRank } from "@nightjar/core/record/histogram.ts";
import { WHOLE_JSON } from "@nightjar/formats/nighthawk/fixtures/whole-output.ts";
import { parseOutput } from "@nightjar/formats/nighthawk/parse-output.ts";
import { objections, sampleJob, URL } from "../sample-job.ts";
import { nighthawkCommand } from "./arguments.ts";
import { NIGHTHAWK } from "./driver.ts";
import { optionsOfJob } from "./options.ts";
import { readOutput } from "./reading.ts";
import { placeOf } from "./service.ts";
import { nighthawkSaid } from "./summary.ts";

const PLAIN = { load: { rate: 100, connections: 10 }, duration: "5s" };

function command(more: Partial<PlanDocument>, workers = 1): string {
  const job = sampleJob({ ...PLAIN, ...more });
  return nighthawkCommand(optionsOfJob(job, workers), "/bin/nighthawk_client").join(" ");
}

describe("arguments", () => {
  test("the whole of a plain plan", () => {
    expect(command({})).toBe(
      [
        "/bin/nighthawk_client --rps 100 --connections 10 --concurrency 1 --duration 5",
        "--timeout 5 --address-family auto --experimental-h1-connection-reuse-strategy lru",
        "--request-method GET --no-default-failure-predicates --output-format json",
        `--verbosity warn ${URL}`,
      ].join(" "),
    );
  });

  test.each([
    [{ workers: 2 }, "--rps 50 --connections 5 --concurrency 2"],
    [{ load: { ...PLAIN.load, maxBacklog: 0 } }, "--open-loop --max-pending-requests 0"],
    [{ load: { ...PLAIN.load, maxBacklog: 20 } }, "--open-loop --max-pending-requests 20"],
    [{ load: { rate: 100, connections: 200 } }, "--max-active-requests 200"],
    [{ load: { ...PLAIN.load, arrivals: "burst:20" } }, "--burst-size 20"],
    [{ load: { ...PLAIN.load, arrivals: "jitter:10%" } }, "--jitter-uniform 0.001000000s"],
    [{ connection: { keepAlive: false } }, "--max-requests-per-connection 1"],
    [{ connection: { reuse: "mru" as const } }, "--experimental-h1-connection-reuse-strategy mru"],
    [{ connection: { prefetch: true } }, "--prefetch-connections"],
    [{ connection: { addressFamily: "ipv4" as const } }, "--address-family v4"],
    [{ labels: { mesh: "istio" } }, "--label mesh=istio"],
    [{ targets: [{ url: URL, headers: { "x-a": "1: 2" } }] }, "--request-header x-a: 1: 2"],
    [{ targets: [{ url: URL, method: "POST", bodySize: 9 }] }, "--request-body-size 9"],
  ])("%j → %s", (more, words) => {
    expect(command(more, "workers" in more ? more.workers : 1)).toContain(words);
  });
});

test("of two services each has its half of a burst, and jitter as long as the plan's", () => {
  const half = (arrivals: string) => {
    const job = sampleJob({ ...PLAIN, load: { ...PLAIN.load, arrivals } });
    return optionsOfJob({ ...job, ratePerS: 50, connections: 5 }, 1);
  };
  expect(half("burst:20")).toMatchObject({ requestsPerSecond: 50, burstSize: 10 });
  // A tenth of the 10 ms between two of all.
  expect(half("jitter:10%").jitterUniform).toMatchObject({ seconds: 0n, nanos: 1_000_000 });
});

describe("refused, where it cannot be spread evenly", () => {
  test.each([
    [{ ...PLAIN, workers: 3 }, ["load", "rate"], "99/s would do"],
    [{ ...PLAIN, load: { rate: 99, connections: 10 }, workers: 3 }, ["load", "connections"], "9"],
    [{ ...PLAIN, load: { rate: 33.3, connections: 10 } }, ["load", "rate"], "33/s"],
    [{ ...PLAIN, duration: "1500ms" }, ["duration"], "duration: 2s"],
    [{ ...PLAIN, targets: [{ url: URL, body: "x" }] }, ["targets", 0, "body"], "bodySize"],
    [
      {
        ...PLAIN,
        generator: "nighthawk" as const,
        generatorAddresses: ["a:8443", "b:8443", "c:8443"],
      },
      ["load", "rate"],
      "99/s would do",
    ],
  ])("%j", (document, path, nearest) => {
    const [first] = objections(NIGHTHAWK, document);
    expect(first.path).toEqual(path);
    expect(first.nearest).toContain(nearest);
  });

  test.each([
    [{ load: { rate: "max" as const } }, "no closed loop"],
    [{ ...PLAIN, warmup: "1s" }, "a warm-up"],
    [{ ...PLAIN, load: { rate: 10, requests: 50 } }, "a number of requests"],
    [{ ...PLAIN, targets: [{ url: "https://a.test/" }] }, "verification of certificates"],
    [{ ...PLAIN, load: { ...PLAIN.load, arrivals: "poisson" } }, "no poisson arrivals"],
    [{ ...PLAIN, targets: [{ url: URL, headers: { authorization: "x" } }] }, "a secret"],
  ])("%j: %s", (document, message) => {
    const said = objections(NIGHTHAWK, document).map((one) => one.message);
    expect(said.join("\n")).toContain(message);
  });
});

describe("what it prints", () => {
  test("counters and points of percentiles", () => {
    const { summary, lengthNs, startWallNs, fidelity } = nighthawkSaid(parseOutput(WHOLE_JSON));
    expect([summary.ok, summary.errors]).toEqual([980, 10]);
    expect([summary.dropped, summary.censored]).toEqual([9, 1]);
    expect(summary.failures).toMatchObject({ "connect-failed": { count: 1 } });
    expect(summary.connections?.opened).toBe(20);
    expect([lengthNs, startWallNs]).toEqual([2_000_000_429, 1_773_480_413_589_793_000]);
    expect(fidelity).toMatchObject({ kind: "buckets" });
    const service = summary.histograms.service!;
    expect(service.count).toBe(990);
    // Half lie up to the point of a half: its upper edge.
    expect(valueAtRank(service, 495) / 1e6).toBeCloseTo(0.812, 2);
  });

  test("upstream's own fixture has no latency of requests, and that is said", () => {
    const file = "../../formats/nighthawk/fixtures/output_formatter.json.gold";
    const text = readFileSync(new globalThis.URL(file, import.meta.url), "utf8");
    const said = readOutput(text);
    expect(said).toHaveProperty("summary.ok", 0);
    expect("notes" in said && said.notes.join("\n")).toContain("has no sample");
  });

  test.each(["", "{}", "[]", "not JSON", '{"results": [{"name": "worker_0"}]}'])("%j", (text) => {
    expect(readOutput(text)).toHaveProperty("fault");
  });
});

test("addresses", () => {
  expect(placeOf("a")).toEqual({ host: "a", port: 8443 });
  expect(placeOf("a.b:1")).toEqual({ host: "a.b", port: 1 });
  expect(placeOf("[::1]:9")).toEqual({ host: "::1", port: 9 });
  expect(() => placeOf("a:b:c")).toThrow("HOST:PORT is wanted");
});
