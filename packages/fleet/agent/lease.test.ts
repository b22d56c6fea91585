/** When an agent that hears nobody may go on, and until when. */
import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import type { LostAgent } from "../messages.ts";
import { Lease } from "./lease.ts";

const S = 1e9;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Setting {
  readonly lostAgent: LostAgent;
  /** When the coordinator is heard, s. */
  readonly heard?: readonly number[];
  /** When the broker acknowledges, s. */
  readonly acknowledged?: readonly number[];
  readonly endedS?: number;
  readonly leaseS?: number;
}

/** A lease of 5 s, and 20 s alone; when it is over, and why. */
async function play({ lostAgent, heard = [], acknowledged = [], endedS, leaseS = 5 }: Setting) {
  const clock = new VirtualClock();
  let acknowledgedNs = Number.NEGATIVE_INFINITY;
  const overs: { atS: number; reason: string }[] = [];
  const lease = new Lease({
    clock,
    claim: { leaseNs: leaseS * S, orphanNs: 20 * S, lostAgent },
    acknowledgedNs: () => acknowledgedNs,
    over: (reason) => overs.push({ atS: clock.nowNs() / S, reason }),
  });
  for (const atS of heard) clock.after(atS * S, () => lease.renew());
  for (const atS of acknowledged) {
    clock.after(atS * S, () => {
      acknowledgedNs = clock.nowNs();
    });
  }
  if (endedS !== undefined) clock.after(endedS * S, () => lease.end());
  await clock.run(settle);
  return overs;
}

const unheard = "has not heard its coordinator for 5s";
const everySecond = (to: number) => Array.from({ length: to + 1 }, (_, at) => at);

test("fail: it is over a lease after the last word, once", async () => {
  expect(await play({ lostAgent: "fail" })).toEqual([{ atS: 5, reason: unheard }]);
  expect(await play({ lostAgent: "fail", heard: [1, 2, 3.5] })).toEqual([
    { atS: 8.5, reason: unheard },
  ]);
});

test("fail: that the broker answers is no help", async () => {
  const overs = await play({ lostAgent: "fail", acknowledged: everySecond(30) });
  expect(overs).toEqual([{ atS: 5, reason: unheard }]);
});

test("degrade: cut off from the broker it is over as under fail", async () => {
  const reason = `${unheard}, and the broker does not answer either`;
  expect(await play({ lostAgent: "degrade" })).toEqual([{ atS: 5, reason }]);
  expect(await play({ lostAgent: "degrade", heard: [1, 2], acknowledged: [1, 2] })).toEqual([
    { atS: 7, reason },
  ]);
});

test("degrade: while the broker answers it goes on alone, and no longer", async () => {
  const overs = await play({ lostAgent: "degrade", heard: [1], acknowledged: everySecond(60) });
  expect(overs).toEqual([{ atS: 26, reason: `${unheard} and went on alone for 20s` }]);
});

test("degrade: cut off while it goes on alone, it is over a lease later", async () => {
  const overs = await play({ lostAgent: "degrade", acknowledged: everySecond(12) });
  expect(overs).toEqual([{ atS: 17, reason: `${unheard}, and the broker does not answer either` }]);
});

test("degrade: heard again, it is as if nothing had been", async () => {
  const overs = await play({ lostAgent: "degrade", heard: [14], acknowledged: everySecond(60) });
  expect(overs.map(({ atS }) => atS)).toEqual([39]);
});

test("degrade: with a short lease, a broker that answers every second is there", async () => {
  const acknowledged = Array.from({ length: 12 }, (_, at) => at + 0.3 * (at % 2));
  const overs = await play({ lostAgent: "degrade", leaseS: 1, acknowledged });
  expect(overs.map(({ atS }) => atS)).toEqual([13.3]);
});

test("ended, it is never over", async () => {
  expect(await play({ lostAgent: "fail", endedS: 4 })).toEqual([]);
});
