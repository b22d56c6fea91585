import { expect, test } from "bun:test";
import { FORTIO, WRK } from "./client.ts";
import { miscounts, ratiosOf, runsOf, tableOf } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";

function run(client: string, ratePerS: number, clientCpuUs: number, errors = 0): Measurement {
  return {
    client,
    requests: 1_000,
    errors,
    served: 1_000 + errors,
    ratePerS,
    clientCpuUs,
    serverCpuUs: 4,
    clientCpuPercent: 100,
    serverCpuPercent: 90,
  };
}

const measured = new Map([
  [
    "wrk",
    [
      { ours: run("nightjar", 90, 11), peer: run("wrk", 100, 10) },
      { ours: run("nightjar", 80, 12), peer: run("wrk", 100, 10) },
      { ours: run("nightjar", 99, 10), peer: run("wrk", 110, 10, 2) },
    ],
  ],
  ["fortio", [{ ours: run("nightjar", 90, 11), peer: run("fortio", 45, 22) }]],
]);

test("ratios are of pairs, with their interval, for peers that have all their pairs", () => {
  const wanted = [
    { client: WRK, pairs: 3 },
    { client: FORTIO, pairs: 2 },
  ];
  const ratios = ratiosOf(measured, wanted);
  expect(Object.keys(ratios)).toEqual(["rate/wrk", "cpu/wrk"]);
  expect(ratios["rate/wrk"]).toMatchObject({ low: 0.8, median: 0.9, high: 0.9 });
  expect(ratios["cpu/wrk"]).toMatchObject({ low: 1, median: 1.1, high: 1.2 });
});

test("our runs are listed once, those of the peer with the most pairs", () => {
  const runs = runsOf(measured);
  expect(Object.entries(runs).map(([name, list]) => [name, list.length])).toEqual([
    ["nightjar", 3],
    ["wrk", 3],
    ["fortio", 1],
  ]);
  expect(runsOf(new Map([["wrk", []]]))).toEqual({});
});

test("a row for each client, with the ratios to it and all its errors", () => {
  const [heads, rule, ours, wrk, fortio] = tableOf(measured);
  expect(heads.split("|")).toHaveLength(rule.split("|").length);
  expect(ours).toStartWith("| nightjar | 90 | 11.00 | 100 % | 90 % | 4.00 | 1 | 1 | 3 | 0 |");
  expect(wrk).toContain("| 0.900 [0.800, 0.900] | 1.100 [1.000, 1.200] | 3 | 2 |");
  expect(fortio).toContain("| 2.000 [2.000, 2.000] | 0.500 [0.500, 0.500] | 1 | 0 |");
});

test("a client whose count is not nginx's is named", () => {
  const wrong = { ...run("ab", 1, 1), served: 900 };
  const pairs = new Map([["ab", [{ ours: run("nightjar", 1, 1), peer: wrong }]]]);
  expect(miscounts(pairs, 10)).toEqual(["ab counts 1000 answers and 0 errors, nginx 900 requests"]);
  expect(miscounts(pairs, 50)).toEqual([]);
  expect(miscounts(measured, 0)).toEqual([]);
});
