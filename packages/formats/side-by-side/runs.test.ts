import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { byClients, byGenerators, cutShort } from "../fixtures/sample-several.ts";
import { howOf, kindsOf, namedRuns, outcomesOf } from "./runs.ts";

const generators = byGenerators(deflateSync);
const clients = byClients(deflateSync);

test("runs are named by their generators, clients by their places", () => {
  expect(namedRuns(generators).map(({ name }) => name)).toEqual(["nightjar", "fortio"]);
  expect(namedRuns(clients).map(({ name }) => name)).toEqual(clients.order);
});

test("kinds are those that somebody measures", () => {
  const [own, other] = namedRuns(generators);
  expect([kindsOf([own, other]), kindsOf([other])]).toEqual([["service", "response"], ["service"]]);
});

test("how they came about", () => {
  expect(howOf(generators)).toBe("in the order nightjar, fortio, vegeta, 2 s apart");
  expect(howOf(clients)).toBe("3 clients, begun together");
});

describe("outcomes", () => {
  const failures = [{ generator: "vegeta", message: "x" }];
  const of = (...outcomes: ("pass" | "fail" | "inconclusive")[]): SideBySide => {
    const [one] = clients.results;
    const results = outcomes.map((outcome) => ({ ...one, verdict: { outcome, reasons: [] } }));
    return { ...clients, results, order: outcomes.map(String) };
  };

  test("nothing is settled while one of them did not run", () => {
    expect(cutShort(deflateSync).verdict.outcome).toBe("inconclusive");
  });

  test.each([
    [of("pass"), "it passes"],
    [of("pass", "pass"), "all 2 pass"],
    [of("pass", "fail", "fail"), "1 of 3 passes, 2 fail"],
    [of("inconclusive", "fail"), "0 of 2 pass, 1 fails, 1 is inconclusive"],
    [{ ...of("pass"), order: ["a", "b"], failures }, "1 of 2 passes, 1 gave no result"],
    [cutShort(deflateSync), "1 of 3 passes, 2 did not run"],
  ])("%#", (document, said) => {
    expect(outcomesOf(document)).toBe(said);
  });
});
