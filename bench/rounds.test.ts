import { expect, test } from "bun:test";
import { AB, type Client, FORTIO, HEY, NIGHTJAR_MAX, WRK } from "./client.ts";
import { rounds } from "./rounds.ts";

const rivals = [
  { client: WRK, pairs: 3 },
  { client: FORTIO, pairs: 3 },
  { client: HEY, pairs: 1 },
];

function recorded(isSpoilt: (name: string, nth: number) => boolean = () => false) {
  const order: string[] = [];
  const measure = async ({ name }: Client) => {
    order.push(name);
    const nth = order.filter((each) => each === name).length;
    return isSpoilt(name, nth) ? null : { name, nth };
  };
  return { order, measure };
}

test("interleaved, every second round backwards, each peer until it has its pairs", async () => {
  const { order, measure } = recorded();
  const pairs = await rounds(NIGHTJAR_MAX, rivals, measure);
  expect(order.join(" ")).toBe("wrk nightjar fortio hey fortio nightjar wrk wrk nightjar fortio");
  expect([...pairs].map(([name, list]) => [name, list.length])).toEqual([
    ["wrk", 3],
    ["fortio", 3],
    ["hey", 1],
  ]);
});

test("a pair is of one round", async () => {
  const { measure } = recorded();
  const pairs = await rounds(NIGHTJAR_MAX, rivals, measure);
  for (const { ours, peer } of pairs.get("fortio")!) expect(ours.nth).toBe(peer.nth);
});

test("what was disturbed is made up for by more rounds", async () => {
  const { measure } = recorded((name, nth) => name === "wrk" && nth === 1);
  const pairs = await rounds(NIGHTJAR_MAX, rivals, measure);
  expect(pairs.get("wrk")!.map(({ ours }) => ours.nth)).toEqual([2, 3, 4]);
  expect(pairs.get("fortio")).toHaveLength(3);
});

test("it ends where a machine is never quiet", async () => {
  const { order, measure } = recorded(() => true);
  const pairs = await rounds(NIGHTJAR_MAX, [{ client: AB, pairs: 4 }], measure);
  expect(pairs.get("ab")).toEqual([]);
  expect(order).toHaveLength(16);
});
