import { expect, test } from "bun:test";
import type { Endpoint } from "../../socket.ts";
import { EndpointRing } from "./endpoint-ring.ts";

const [a, b, c]: Endpoint[] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => ({
  address,
  port: 80,
  tls: undefined,
}));

test("all take their turn, from the first that is asked for", () => {
  const ring = new EndpointRing([a, b, c], 1);
  expect([1, 2, 3, 4].map(() => ring.next(0))).toEqual([b, c, a, b]);
});

test("one that has refused is passed over for a second", () => {
  const ring = new EndpointRing([a, b]);
  ring.refused(a, 0);
  expect([1, 2, 3].map(() => ring.next(5e8))).toEqual([b, b, b]);
  expect(new Set([1, 2].map(() => ring.next(1e9)))).toEqual(new Set([a, b]));
});

test("where all have refused, they are tried in turn all the same", () => {
  const ring = new EndpointRing([a, b]);
  ring.refused(a, 0);
  ring.refused(b, 0);
  expect(new Set([1, 2].map(() => ring.next(1)))).toEqual(new Set([a, b]));
});
