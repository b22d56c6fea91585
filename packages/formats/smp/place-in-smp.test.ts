/** Where an SMP document says what is wrong with its plan. */
import { expect, test } from "bun:test";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { spell } from "@nightjar/core/plan/plan-place.ts";
import { placeInSmp } from "./place-in-smp.ts";

const CLIENT = { load_generator: "wrk", connections: 2, headers: {}, cookies: {}, body: "x" };
const LATER = { rps: 5, endpointUrls: ["http://a/", "http://b/"], additional_options: "{}" };
const BARE = { name: "n", duration: "1s", clients: [CLIENT, LATER] };

test.each([
  [["duration"], 0, "duration"],
  [["generator"], 0, "clients[0].load_generator"],
  [["load", "connections"], 0, "clients[0].connections"],
  [["load", "model"], 1, "clients[1].rps"],
  [["load", "rate"], 0, undefined],
  [["targets", 1, "url"], 1, "clients[1].endpointUrls[1]"],
  [["targets", 0, "headers", "X-A"], 0, "clients[0].headers"],
  [["targets", 0, "headers", "Cookie"], 0, "clients[0].cookies"],
  [["targets", 0, "body"], 0, "clients[0].body"],
  [["tls", "caCert"], 0, undefined],
  [["warmup"], 1, "clients[1].additional_options"],
  [["warmup"], 0, undefined],
  [["labels", "a"], 0, undefined],
] as [Path, number, string | undefined][])("%j of plan %d", (path, at, spelt) => {
  const found = placeInSmp(BARE, at, path);
  expect(found && spell(found)).toBe(spelt);
});

test("in an envelope", () => {
  expect(placeInSmp({ test: BARE, mesh: 3 }, 0, ["duration"])).toEqual(["test", "duration"]);
  expect(placeInSmp({ test: null }, 0, ["duration"])).toBeUndefined();
});
