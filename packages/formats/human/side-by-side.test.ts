/** Several Results in one table: names above their columns, each kind of latency in rows. */
import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { Result } from "@nightjar/core/result/result.ts";
import { SIDE_BY_SIDE_SCHEMA, type SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { FEATURES } from "@nightjar/core/run/feature.ts";
import { SIMULATED } from "@nightjar/core/simulation/child.ts";
import { sample } from "../fixtures/sample-results.ts";
import { generatorsText } from "./generators.ts";
import { sideBySideOf } from "./side-by-side.ts";

const SCREEN = { columns: 80, color: false };

function by(name: string, change: Partial<Result["generator"]> = {}): Result {
  const result = sample("pass", deflateSync);
  return { ...result, generator: { ...result.generator, name, ...change } };
}

function serviceOnly(name: string): Result {
  const result = by(name, {
    latencyKind: "service",
    fidelity: { kind: "buckets", relativeError: 0.239 },
    healthy: null,
  });
  return {
    ...result,
    latencyMs: { service: result.latencyMs.service },
    connections: { ...result.connections, opened: null },
  };
}

function documentOf(results: Result[], rest: Partial<SideBySide> = {}): SideBySide {
  return {
    schema: SIDE_BY_SIDE_SCHEMA,
    name: "both",
    order: results.map(({ generator }) => generator.name),
    coolDownS: 2,
    results,
    whole: null,
    ...{ failures: [], notRun: [] },
    verdict: { outcome: "pass" },
    ...rest,
  };
}

describe("the table", () => {
  const text = sideBySideOf(documentOf([by("nightjar"), serviceOnly("fortio")]), SCREEN);
  const rowOf = (start: string) => text.split("\n").find((row) => row.startsWith(start)) ?? "";

  test("has a row for each kind of latency, and – for who does not measure it", () => {
    const { service, response } = by("nightjar").latencyMs;
    expect(rowOf("service p50, ms").trim().split(/\s+/).slice(3)).toHaveLength(2);
    expect(service.percentiles["50"]).toBeNumber();
    expect(response.percentiles["50"]).toBeNumber();
    expect(rowOf("response p50, ms")).toMatch(/\d.*– *$/);
    expect(rowOf("connections")).toMatch(/\d.*– *$/);
  });

  test("says of each what its latency is, and how far its buckets are off", () => {
    expect(text).toContain("PASS  latency is response · histogram");
    expect(text).toContain("latency is service · buckets, up to 23.9 % too high");
    expect(text).toContain("in the order nightjar, fortio, 2 s apart");
    expect(text).not.toContain("from the due time");
  });
});

test.each([40, 60, 80, 160])("no line is wider than %d columns, whatever names are", (columns) => {
  const names = ["nightjar", "x".repeat(50), "a\u001b[31mb", "wrk2", "fortio"];
  const document = documentOf(names.map(serviceOnly), {
    failures: [{ generator: "wrk", message: "it has said nothing that could be read ".repeat(5) }],
  });
  const text = sideBySideOf(document, { columns, color: false });
  expect(text).not.toContain("\u001b");
  for (const row of text.split("\n")) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(columns);
  for (const name of ["wrk2", "fortio"]) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
});

test("clients that began together have their place as a name, and a line for all as one", () => {
  const [one, other] = [by("nightjar"), by("nightjar")];
  const whole = {
    ...{ due: 9, completed: 8, ok: 7, errors: 1, unanswered: 1 },
    latencyMs: { service: one.latencyMs.service },
  };
  const order = ["client 1", "client 2"];
  const document = documentOf([one, other], { coolDownS: null, order, whole });
  const text = sideBySideOf(document, { columns: 120, color: false });
  expect(text).toMatch(/^ +client 1 +client 2 *$/m);
  expect(text).toContain("all as one  8 answers · 1 error · 1 unanswered · service p50");
  expect(text).toContain("2 clients, begun together");
  // One that has coarse buckets makes the whole as coarse.
  expect(text).not.toContain("of buckets");
  const mixed = documentOf([one, serviceOnly("fortio")], { coolDownS: null, order, whole });
  const said = sideBySideOf(mixed, { columns: 160, color: false });
  expect(said).toMatch(/^all as one .* of buckets, up to 23\.9 % too high$/m);
});

test("the list of generators fits, and says how to get what is missing", () => {
  const all = [
    { capabilities: SIMULATED, path: "/bin/simulated", missing: null },
    { capabilities: { ...SIMULATED, name: "other" }, path: null, missing: "go install it" },
  ];
  for (const columns of [40, 80, 160]) {
    const text = generatorsText(all, { columns, color: false });
    for (const row of text.split("\n")) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(columns);
    for (const feature of FEATURES) expect(text).toContain(feature);
    expect(text).toContain("other  not on this machine");
    expect(text).toContain("go install it");
  }
});
