import { expect, test } from "bun:test";
import { countStriped } from "../schedule/share.ts";
import { planOf } from "../simulation/plans.ts";
import { Stage } from "../simulation/stage.ts";
import { type PlacementOptions, placementsOf } from "./placement.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const world = new Stage(planOf({ rate: 60, connections: 6 }), settle);
const children = Array.from({ length: 4 }, () => world.child());

function placed(options: PlacementOptions) {
  return placementsOf(children, world.order(), options).map(({ order, generator }) => {
    const { connections, from, to } = order.share;
    expect(generator).toBe(children[Number(order.child)]);
    return [order.child, connections ?? to - from, countStriped(order.share, 60_000)];
  });
}

test("without a probe the children share all, by their weights", () => {
  expect(placed({ weights: [2, 1, 0, 3] })).toEqual([
    ["0", 2, 20_000],
    ["1", 1, 10_000],
    ["3", 3, 30_000],
  ]);
});

test("the first child is the probe; the others share all connections and 99 % of the load", () => {
  const even = placed({ probe: true });
  expect(even).toEqual([
    ["0", 1, 600],
    ["1", 2, 19_800],
    ["2", 2, 19_800],
    ["3", 2, 19_800],
  ]);
  expect(placed({ weights: [9, 1, 0, 2], probe: true })).toEqual([
    even[0],
    even[1],
    ["3", 4, 39_600],
  ]);
});

test("a probe stands beside somebody", () => {
  const alone = () => placementsOf([children[0]], world.order(), { probe: true });
  expect(alone).toThrow("beside a probe there is somebody");
});
