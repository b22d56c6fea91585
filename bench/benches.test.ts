import { expect, test } from "bun:test";
import { BENCHES, chooseBenches, UnknownBench } from "./benches.ts";
import { NIGHTJAR_MAX, PEERS } from "./client.ts";

test("without a name all of them, else those named", () => {
  expect(chooseBenches([])).toBe(BENCHES);
  expect(chooseBenches(["lag", "http"]).map(({ name }) => name)).toEqual(["lag", "http"]);
});

test("a name that is none gets a suggestion and the list", () => {
  expect(() => chooseBenches(["htp"])).toThrow(UnknownBench);
  expect(() => chooseBenches(["htp"])).toThrow(/"htp"; did you mean http\? Benches: http, https/);
});

test("names are unique, and so is what is claimed", () => {
  const names = BENCHES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const claims = BENCHES.flatMap(({ claims }) => claims.map(({ kind, says }) => `${kind} ${says}`));
  expect(new Set(claims).size).toBe(claims.length);
});

test("the clients have names of their own, that our options can tell apart", () => {
  const names = [NIGHTJAR_MAX, ...PEERS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
