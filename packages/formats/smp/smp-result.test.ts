/** SMP results: out of every Result, and in from every shape. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import type { LatencyUnit } from "../convert/content.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { MESSAGE, PLACEHOLDERS, README, SMP_RESULTS } from "./fixtures/smp-results.ts";
import { smpResultDocument } from "./print-smp-result.ts";
import { resultOfSmp } from "./result-of-smp.ts";
import { smpResultOf } from "./smp-of-result.ts";

function read(document: unknown, latencyUnit?: LatencyUnit): ResultDocument {
  const context = { deflate: deflateSync, inflate: inflateSync, latencyUnit };
  const { value } = resultOfSmp(document, context);
  return resultDocumentSchema.parse(value);
}

const printed = (result: ResultDocument) => smpResultDocument(smpResultOf(result));

describe("out", () => {
  const pass = sample("pass", deflateSync);

  test("ids, times of the measured part, and milliseconds", () => {
    const { count: _, min, mean, max, percentiles } = pass.latencyMs.response;
    const labels = { ...pass.labels, "smp.id": "t-1", "smp.mesh": "istio", env_id: "e-1", a: "b" };
    expect(printed({ ...pass, labels })).toMatchObject({
      smp_version: "v0.0.1",
      id: pass.id,
      test_id: "t-1",
      env_id: "e-1",
      labels: {
        a: "b",
        "nightjar.mesh": "istio",
        "nightjar.generator": "nightjar",
        "nightjar.arrivals": "poisson",
        "nightjar.p99.9_ms": String(percentiles["99.9"]),
      },
      start_time: "2026-03-14T09:26:55.589Z",
      end_time: "2026-03-14T09:27:05.589Z",
      latencies_ms: {
        min,
        average: mean,
        p50: percentiles["50"],
        p90: percentiles["90"],
        p99: percentiles["99"],
        max,
      },
      actual_qps: pass.achieved.ratePerS,
    });
  });

  test("the baseline is a label, for SMP has no mesh that is none", () => {
    const labels = { "smp.mesh": "none" };
    expect(printed({ ...pass, labels }).labels).toMatchObject({ "nightjar.mesh": "none" });
  });

  test("neither a bound nor what too few samples would say is a number", () => {
    const { latencies_ms, labels } = printed(sample("unanswered", deflateSync)) as {
      latencies_ms: object;
      labels: Record<string, string>;
    };
    expect(Object.keys(latencies_ms)).toEqual(["min", "p50", "p90"]);
    expect(labels["nightjar.p99_at_least_ms"]).toBe("800");
    expect(printed(sample("one", deflateSync)).latencies_ms).not.toHaveProperty("p99");
  });
});

describe("there and back", () => {
  test("a run that is not to be believed says so, and its reader is told", () => {
    const result = sample("frozen", deflateSync);
    const document = printed(result) as { labels: Record<string, string> };
    expect(document.labels["nightjar.verdict"]).toBe("inconclusive");
    const again = read(document);
    expect(again.generator.warnings).toContain(
      "the verdict of the run that it is of was: inconclusive",
    );
    expect(printed(again).labels).not.toHaveProperty(["nightjar.verdict"]);
  });

  test.each(SAMPLE_NAMES)("%s keeps what SMP and its labels can say", (name) => {
    const result = sample(name, deflateSync);
    const labels = { ...result.labels, "smp.mesh": "none", "nightjar.x": "1" };
    const again = read(printed({ ...result, labels }));
    const { response } = result.latencyMs;
    const isSaid = ([, quantity]: [string, unknown]) => quantity !== null;
    expect(again).toMatchObject({
      id: result.id,
      name: result.name,
      labels,
      durationS: result.durationS,
      achieved: result.achieved,
      offered: result.offered,
      populations: result.populations,
      generator: { name: "nightjar", latencyKind: "response", workers: result.generator.workers },
    });
    if (response.min === null && response.max === null) return;
    expect(again.latencyMs).toEqual({
      response: {
        ...response,
        stddev: typeof response.stddev === "number" ? response.stddev : null,
        percentiles: Object.fromEntries(Object.entries(response.percentiles).filter(isSaid)),
      },
    });
    expect(printed(again).latencies_ms).toEqual(printed(result).latencies_ms);
  });
});

describe("in", () => {
  test("the message: what it says, and nothing else", () => {
    const result = read(MESSAGE);
    expect(result).toMatchObject({
      id: MESSAGE.id,
      labels: {
        team: "search",
        "smp.id": MESSAGE.test_id,
        mesh_config_id: "mesh-7",
        env_id: "env-3",
      },
      startedAt: MESSAGE.start_time,
      durationS: 60,
      achieved: { requests: 5997, ratePerS: 99.95 },
      populations: { ok: null, error: null, unanswered: null },
      accounting: null,
      environment: null,
      latencyMs: {
        service: {
          count: 5997,
          min: 0.9,
          mean: 3.25,
          max: 41.125,
          percentiles: { "50": 2.5, "90": 6.75, "99": 14.5 },
        },
      },
      verdict: { outcome: "inconclusive" },
    });
    expect(result.source?.absent).toContain("accounting");
    expect(result.source?.absent).not.toContain("latencyMs.service");
    expect(result.generator.warnings).toHaveLength(2);
  });

  test("by its current names, and with an end in another zone", () => {
    expect(read(SMP_RESULTS.CAMEL)).toMatchObject({
      durationS: 10.25,
      achieved: { requests: 41 },
      latencyMs: { service: { count: 41, min: null, mean: null, percentiles: { "50": 12.5 } } },
    });
  });

  test("that of the README, in seconds, as it has to be said", () => {
    const result = read(README, "s");
    expect(result).toMatchObject({
      id: README.exp_uuid,
      labels: { kubernetes: "v1.36.3" },
      plan: { targets: [{ url: README.endpoint_url }], load: { connections: 1 } },
      durationS: 10_800.100011816,
      latencyMs: { service: { min: 12, mean: 23.6, max: 350, percentiles: { "50": 21.9 } } },
    });
    expect(result.generator.warnings).toContainEqual(expect.stringContaining("for seconds"));
  });
});

function refusalOf(document: unknown): string {
  try {
    read(document);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("not refused");
}

describe("in and out again", () => {
  test("the message is the same, and has labels for what was not in doubt", () => {
    const again = printed(read(MESSAGE));
    expect(again).toEqual({
      ...MESSAGE,
      labels: {
        team: "search",
        "nightjar.latency_unit": "ms",
        "nightjar.fidelity": "percentiles",
        "nightjar.duration_s": "60",
      },
    });
  });

  test("times to the nanosecond", () => {
    const { start_time, end_time } = printed(read(README, "s"));
    expect([start_time, end_time]).toEqual([README.start_time, README.end_time]);
  });
});

describe("seconds that are called milliseconds", () => {
  test("are never taken for them silently", () => {
    expect(refusalOf(README)).toBe(
      "client.latencies_ms: the longest is 0.35: milliseconds by name, but as likely seconds",
    );
    expect(refusalOf(PLACEHOLDERS)).toBe(
      'latencies_ms: "test_smp_version" is what Meshery\'s export writes, and it has seconds here',
    );
  });

  test("are what the user says that they are", () => {
    const latencyOf = (unit: LatencyUnit) => read(PLACEHOLDERS, unit).latencyMs.service;
    expect([latencyOf("s")?.max, latencyOf("ms")?.max]).toEqual([1750, 1.75]);
    expect(latencyOf("s")?.percentiles["50"]).toBe(30);
    expect(read(PLACEHOLDERS, "s").labels).toEqual({});
  });

  test("are no question where Nightjar has written them", () => {
    expect(() => read(printed(sample("extremes", deflateSync)))).not.toThrow();
  });
});

describe("is refused", () => {
  const changed = (change: object) => ({ ...MESSAGE, ...change });

  test.each([
    ["a text for a document", "x", 'the document: a map of keys is wanted, found "x"'],
    ["a configuration", { clients: [] }, "the document: this is an SMP test configuration"],
    ["an unknown key", changed({ p75: 1 }), 'unknown key "p75"'],
    ["a near miss", changed({ actual_qsp: 1 }), '(did you mean "actual_qps"?)'],
    ["a time that is none", changed({ end_time: "soon" }), 'end_time: a time like "2026'],
    [
      "an end before its start",
      changed({ end_time: "2026-03-14T09:26:53Z" }),
      "end_time: it is be",
    ],
    ["no end", changed({ end_time: null }), "end_time: a time is wanted, found nothing"],
    ["a text for a number", changed({ actual_qps: "9" }), "actual_qps: a number from 0 to 1"],
    [
      "percentiles out of order",
      changed({ latencies_ms: { p50: 5, p99: 4 } }),
      "latencies_ms.p99: it is at least p50, which is 5, found 4",
    ],
    [
      "an average above the longest",
      changed({ latencies_ms: { average: 9, max: 4 } }),
      "latencies_ms.max: it is at least average, which is 9",
    ],
    ["another version", changed({ smp_version: "v3.0.0" }), "smp_version: unknown version of SMP"],
    [
      "a fact that is none",
      changed({ labels: { "nightjar.requests": "many" } }),
      'labels["nightjar.requests"]: a whole number is wanted, found "many"',
    ],
    [
      "an unknown mesh",
      changed({ labels: { "nightjar.mesh": "isto" } }),
      'labels["nightjar.mesh"]: unknown mesh "isto" (did you mean "istio"?)',
    ],
  ])("%s", (_, document, message) => {
    expect(refusalOf(document)).toContain(message);
  });
});
