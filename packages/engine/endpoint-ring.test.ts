import { expect, test } from "bun:test";
import { Endpoint } from "./endpoint.ts";
import { EndpointRing } from "./endpoint-ring.ts";
import { Host } from "./names.ts";

const PASSAGE = { port: 80, tls: undefined, tunnel: null, resumption: false };
const [A, B, C] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

function endpointAt(address: string): Endpoint {
  return new Endpoint(address, address, PASSAGE);
}

function ringOf(addresses: string[], first = 0): EndpointRing {
  return new EndpointRing(new Host("shop.example", addresses, null), endpointAt, first);
}

function turns(ring: EndpointRing, count: number, nowNs = 0): Endpoint[] {
  return Array.from({ length: count }, () => ring.next(nowNs));
}

function addressesOf(endpoints: readonly Endpoint[]): string[] {
  return endpoints.map(({ address }) => address);
}

test("all take their turn, from the first that is asked for", () => {
  expect(addressesOf(turns(ringOf([A, B, C], 1), 4))).toEqual([B, C, A, B]);
});

test("one that has failed is passed over for a second", () => {
  const ring = ringOf([A, B]);
  ring.failed(ring.next(0), 0);
  expect(addressesOf(turns(ring, 3, 5e8))).toEqual([B, B, B]);
  expect(new Set(addressesOf(turns(ring, 2, 1e9)))).toEqual(new Set([A, B]));
});

test("where all have failed, they are tried in turn all the same", () => {
  const ring = ringOf([A, B]);
  for (const endpoint of turns(ring, 2)) ring.failed(endpoint, 0);
  expect(new Set(addressesOf(turns(ring, 2, 1)))).toEqual(new Set([A, B]));
});

test("a name changes its addresses: who comes joins, who goes leaves, others stay", async () => {
  const answers = [[B, C], [C]];
  const host = new Host("shop.example", [A, B], async () => answers.shift() ?? []);
  const ring = new EndpointRing(host, endpointAt);
  const [a, b] = turns(ring, 2);
  ring.failed(a, 0);
  expect(addressesOf(turns(ring, 2))).toEqual([B, B]);
  await Bun.sleep(0);
  const after = new Set(turns(ring, 4));
  expect(addressesOf([...after]).sort()).toEqual([B, C]);
  expect(after.has(b)).toBe(true);
  expect(ring.size).toBe(2);
  ring.failed(b, 2e9);
  ring.failed(a, 2e9);
  await Bun.sleep(0);
  expect(addressesOf(turns(ring, 2, 2e9))).toEqual([C, C]);
});
