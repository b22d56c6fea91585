/** A Nighthawk Output as a Result of ours. */
import { describe, expect, test } from "bun:test";
import { deflateSync, inflateSync } from "node:zlib";
import {
  type ResultDocument,
  resultDocumentSchema,
} from "@nightjar/core/result/result-document.ts";
import { strangers, type Trial, tryDamaged } from "@nightjar/testkit/damaged-documents.ts";
import { fixturesOf } from "@nightjar/testkit/fixture-text.ts";
import { fortioOf } from "../fortio/print-fortio.ts";
import { htmlOf } from "../html/html.ts";
import { reportOf } from "../human/report.ts";
import { WHOLE_JSON } from "./fixtures/whole-output.ts";
import { parseOutput } from "./parse-output.ts";
import { outputCounts, resultOfOutput } from "./result-of-output.ts";

const GOLDEN_JSON = fixturesOf(import.meta.url)("output_formatter.json.gold");
const context = { deflate: deflateSync, inflate: inflateSync };
const convert = (text: string) => resultOfOutput(parseOutput(text), { text, ...context });

test("counts, by class; what failed and what was dropped was not answered", () => {
  const { results } = parseOutput(WHOLE_JSON);
  expect(outputCounts(results[2])).toEqual({
    statusCodes: { "2xx": 980, "5xx": 10 },
    ...{ ok: 980, error: 10, failed: 1, dropped: 9 },
    errors: { "status-5xx": 10, "connection-failed": 1 },
  });
});

test("the latency by its points, rate and connections of all workers", () => {
  const result = convert(WHOLE_JSON);
  expect(result).toMatchObject({
    ...{ name: "mesh on run 7", startedAt: "2026-03-14T09:26:53.589793Z", durationS: 2.000000429 },
    plan: { load: { model: "open", rate: 500, connections: 20 }, duration: "2s" },
    populations: { ok: 980, error: 10, unanswered: 10 },
    bytes: { sent: 59400, received: 134640 },
    connections: { opened: 20 },
    generator: { name: "nighthawk", version: "0.3.0", workers: 2, latencyKind: "service" },
  });
  const { service } = result.latencyMs;
  expect(service).toMatchObject({ count: 990, min: 0.401407, mean: 0.987654, max: 21.012479 });
  const { percentiles } = service!;
  expect(percentiles["50"]).toBeCloseTo(0.812, 3);
  expect(percentiles["99"]).toBeCloseTo(9.011, 2);
  // The widest step between two points is from 3.014655 to 9.011199 ms.
  expect(result.generator.fidelity).toMatchObject({
    kind: "buckets",
    relativeError: expect.closeTo(9.011199 / 3.014655 - 1, 2),
  });
});

describe("labels", () => {
  const labelled = (labels: readonly string[]) => {
    const output = JSON.parse(WHOLE_JSON);
    output.options.labels = labels;
    return convert(JSON.stringify(output));
  };

  test("are those of the options", () => {
    expect(convert(WHOLE_JSON).labels).toEqual({ "mesh on": "", "run 7": "" });
    expect(convert(GOLDEN_JSON).labels).toEqual({});
    const { labels, name } = labelled(["mesh=istio", "canary", "mesh=none"]);
    expect(labels).toEqual({ mesh: "istio", canary: "", "mesh=none": "" });
    expect(name).toBe("mesh=istio canary mesh=none");
  });

  test("stand once in what is made of the Result, in fortio's as upstream has them", () => {
    const result = labelled(["mesh=istio", "canary"]);
    const report = reportOf(result, { columns: 100, color: false, inflate: inflateSync });
    expect(report).toMatch(/^run +mesh=istio canary · nighthawk 0\.3\.0 · /m);
    const fortio = JSON.parse(fortioOf(result, context));
    expect(fortio.Labels).toBe("mesh=istio canary");
    expect(htmlOf(result, context)).toMatch(/<dt>label<.dt><dd>canary</);
  });
});

test("where what had to wait is told of: by the loop", () => {
  const said = (openLoop: boolean) => {
    const output = JSON.parse(WHOLE_JSON);
    output.options.open_loop = openLoop;
    return convert(JSON.stringify(output)).generator.warnings[0];
  };
  expect(said(false)).toEndWith("but in sequencer.blocking");
  expect(said(true)).toEndWith("but in benchmark_http_client.queue_to_connect");
});

test("points that do not hold what the statistic counts give no percentile", () => {
  const output = JSON.parse(WHOLE_JSON);
  output.results[2].statistics[0].percentiles.pop();
  const { latencyMs, generator } = convert(JSON.stringify(output));
  expect(latencyMs.service).toMatchObject({ count: 990, max: 21.012479, percentiles: {} });
  expect(generator.fidelity.kind).toBe("percentiles");
});

test("an Output of other statistics has no latency, and says so", () => {
  const { latencyMs, generator } = convert(GOLDEN_JSON);
  expect(latencyMs).toEqual({});
  expect(generator.warnings.join()).toContain("there is no statistic benchmark_http_client.req");
});

/** Sums of the counters, and what is of each worker times their number. */
function formulas(result: ResultDocument, text: string): number[] {
  const { results, options = {} } = JSON.parse(text);
  const whole = results.find(({ name }: { name: string }) => name === "global");
  const counters: { name?: string; value?: string }[] = whole.counters ?? [];
  const sum = (of: RegExp) =>
    counters.reduce(
      (all, { name = "", value }) => all + (of.test(name) ? Number(value ?? 0) : 0),
      0,
    );
  const answered = sum(/^benchmark\.http_(1xx|2xx|3xx|4xx|5xx|xxx)$/);
  const good = sum(/^benchmark\.http_[123]xx$/);
  const lost = sum(/^benchmark\.(stream_resets|pool_connection_failure|pool_overflow)$/);
  const workers = results.length === 1 ? 1 : results.length - 1;
  const perWorker = ["requests_per_second", "connections"].map((key) => {
    return Number(options[key] ?? 0) * workers;
  });
  return [answered, good, answered - good, lost, answered / result.durationS, ...perWorker];
}

const LIMIT_MS = 180_000;
const trial: Trial = {
  convert,
  formulas,
  refusal: /^(Nighthawk Output: |latencies from 0 to an hour)/,
};

describe.each([
  ["the golden one", GOLDEN_JSON],
  ["a whole one", WHOLE_JSON],
])("%s", (_, text) => {
  test("by the schema, and no number from nowhere", () => {
    const result = convert(text);
    expect(resultDocumentSchema.safeParse(result).error).toBeUndefined();
    expect(strangers(result, text, formulas(result, text))).toEqual([]);
  });

  test(
    "damaged 10,000 times: one error with its place, or a Result",
    () => {
      expect(tryDamaged(text, 10_000, trial)).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});
