/** wrk2: its arguments, and what the real one has printed with what it came to. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { valueAtRank } from "@nightjar/core/record/histogram.ts";
import { flagsOf, objections, sampleJob, URL } from "../sample-job.ts";
import { wrk2Command, wrk2Files } from "./arguments.ts";
import { WRK2 } from "./driver.ts";
import { wrk2Said } from "./summary.ts";

const OPEN = { load: { rate: 200, connections: 10 }, duration: "20s" };
const job = (more: Partial<PlanDocument> = {}) => sampleJob({ ...OPEN, ...more });

describe("arguments", () => {
  test("the whole of a plain plan: -R is required, -U gives both spectra", () => {
    expect(wrk2Command(job(), "/bin/wrk2")).toEqual([
      ...["/bin/wrk2", "-t", "1", "-c", "10", "-d", "20s", "-R", "200", "-T", "5s", "-U"],
      ...["-s", "wrk.lua", "http://127.0.0.1:8080"],
    ]);
  });

  test.each([
    [{ workers: 5 }, { "-t": "5", "-c": "10" }],
    [{ warmup: "2s" }, { "-d": "22s" }],
    [{ timeout: "200ms" }, { "-T": "1s" }],
  ])("%j → %j", (more, flags) => {
    expect(flagsOf(wrk2Command(job(more), "/bin/wrk2"))).toMatchObject(flags);
  });

  test("headers stand in the script: as an argument one without a blank would be dropped", () => {
    const targets = [{ url: URL, headers: { A: "1" } }];
    expect(wrk2Command(job({ targets }), "/bin/wrk2")).not.toContain("-H");
    expect(wrk2Files(job({ targets }))["wrk.lua"]).toContain('wrk.headers["A"] = "1"');
  });
});

describe("refused", () => {
  test.each([
    [{ ...OPEN, workers: 4 }, "opens 8 of 10 connections with 4 threads", "connections: 8"],
    [{ ...OPEN, load: { rate: 1.5 } }, "a whole rate", "rate: 2"],
    [{ ...OPEN, load: { rate: 2, connections: 3 }, workers: 3 }, "a whole rate", "rate: 3"],
    [{ ...OPEN, duration: "20500ms" }, "whole seconds", "duration: 21s"],
    [{ ...OPEN, duration: "5s" }, "before its calibration ends", "duration: 11s"],
    [
      { load: { rate: 2000, connections: 400 }, duration: "11s" },
      "before its calibration ends",
      "duration: 13s",
    ],
    [{ load: { rate: "max" as const }, duration: "20s" }, "has no closed loop", "load.rate"],
    [{ ...OPEN, warmup: "1s" }, "a warm-up", "leave warmup out"],
  ])("%j", (document, message, nearest) => {
    const [first] = objections(WRK2, document);
    expect(first.message).toContain(message);
    expect(first.nearest).toContain(nearest);
  });
});

const folder = new globalThis.URL("../../formats/wrk/fixtures/", import.meta.url).pathname;
const said = (name: string) => wrk2Said(readFileSync(`${folder}wrk2-${name}.txt`, "utf8"));

describe("transcripts", () => {
  test("both spectra", () => {
    const { summary, failure, fidelity, runtimeNs, notes } = said("both-spectra");
    const { response, service } = summary.histograms;
    expect([failure, runtimeNs]).toEqual([undefined, 12.01e9]);
    expect([response?.count, service?.count]).toEqual([561, 561]);
    expect(fidelity?.kind).toBe("buckets");
    expect(fidelity?.relativeError).toBeGreaterThan(0);
    // A percentile stands at the upper edge of its row.
    expect(valueAtRank(response!, 281) / 1e6).toBeCloseTo(3.657, 2);
    expect(valueAtRank(service!, 281) / 1e6).toBeCloseTo(2.731, 2);
    expect(response!.max / 1e6).toBeCloseTo(83.775, 3);
    expect(notes.join("\n")).toMatch(/latencies are of 561 of \d+ answers/);
  });

  test("a freeze is in the corrected one, and hardly in the other", () => {
    const { response, service } = said("freeze").summary.histograms;
    const at = (histogram: typeof response, part: number) =>
      valueAtRank(histogram!, Math.ceil(histogram!.count * part)) / 1e6;
    expect(at(response, 0.9)).toBeCloseTo(230.5, 0);
    expect(at(service, 0.9)).toBeLessThan(1);
    expect([at(response, 0.99), at(service, 0.99)].every((ms) => ms > 1000)).toBe(true);
  });

  test("one spectrum: no service", () => {
    const { summary, failure } = said("plain-latency");
    expect(failure).toBeUndefined();
    expect(Object.keys(summary.histograms)).toEqual(["response"]);
    expect([summary.ok, summary.errors]).toEqual([2402, 0]);
  });

  test("errors by status are one number", () => {
    const { summary, failure } = said("non-2xx");
    expect(failure).toBeUndefined();
    expect([summary.ok, summary.errors]).toEqual([769, 332]);
    expect(summary.otherErrors).toHaveProperty("status-4xx-5xx.count", 332);
    expect(summary.histograms).toEqual({});
  });

  test.each([
    ["hung", "no latency", 28],
    ["dropped-connections", "no latency", 0],
    ["short-no-calibration", "before it had calibrated", 401],
    ["refused", "unable to connect to 127.0.0.1:1 Connection refused", 0],
  ])("%s has failed: %s", (name, reason, answered) => {
    const { summary, failure } = said(name);
    expect(failure).toContain(reason);
    expect(summary.ok).toBe(answered);
  });

  test("timeouts are no failures: the same connections are counted again and again", () => {
    const { summary, notes } = said("hung");
    expect(summary.failures).toEqual({});
    expect(notes.join("\n")).toContain("16 times");
  });

  test("what is not a number is none", () => {
    for (const name of ["hung", "dropped-connections", "short-no-calibration"]) {
      expect(JSON.stringify(said(name), (_, value) => withoutNaN(value))).not.toContain("NaN");
    }
  });

  test.each(["", "Usage: wrk <options> <url>", "Running 5s test @ http://x/\n"])("%j", (text) => {
    expect(wrk2Said(text).failure).toBeTruthy();
  });
});

/** JSON would write `null`. */
function withoutNaN(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" && !Number.isFinite(value) ? "NaN" : value;
}
