/**
 * Debt where exchanges are dropped, on a queue that is computed twice: once with a generator that
 * is late, once with one that is not.
 */
import { describe, expect, test } from "bun:test";
import { Repayment } from "./repayment.ts";
import { Slot } from "./slot.ts";

class Place extends Slot {
  begin(): void {}
  abandon(): void {}
  close(): void {}
}

/** A slot whose exchange has just ended: free at 0, sent at `lagNs`, done `serviceNs` later. */
function busySlot(lagNs: number, serviceNs: number): Slot {
  const slot = new Place();
  slot.freeNs = 0;
  slot.lagNs = lagNs;
  slot.doneNs = lagNs + serviceNs;
  slot.readyNs = slot.doneNs - lagNs;
  return slot;
}

const debtOf = ({ doneNs, readyNs }: Slot) => doneNs - readyNs;

describe("a dropped exchange repays the time of one", () => {
  test("that was due after the debt arose and before the exchange that begins", () => {
    const repayment = new Repayment();
    for (const dueNs of [5, 15, 25, 35]) repayment.drop(dueNs);
    const slot = busySlot(100, 20);
    slot.debtSinceNs = 10;
    repayment.repay(slot, 30);
    expect(debtOf(slot)).toBe(60);
    repayment.repay(slot, 30);
    expect(debtOf(slot)).toBe(60);
    repayment.repay(slot, 40);
    expect(debtOf(slot)).toBe(40);
  });

  test("once, on whichever slot comes first, and never more than there is debt", () => {
    const repayment = new Repayment();
    for (const dueNs of [1, 2, 3]) repayment.drop(dueNs);
    const [one, other] = [busySlot(30, 20), busySlot(100, 20)];
    repayment.repay(one, 10);
    expect(debtOf(one)).toBe(0);
    repayment.repay(other, 10);
    expect(debtOf(other)).toBe(80);
  });

  test("and none where nothing was dropped in between", () => {
    const repayment = new Repayment();
    const slot = busySlot(100, 20);
    repayment.repay(slot, 1000);
    repayment.drop(2000);
    repayment.repay(slot, 1000);
    expect(debtOf(slot)).toBe(100);
  });
});

test("what arose at several times arose at their weighted mean", () => {
  const repayment = new Repayment();
  const slot = busySlot(0, 10);
  repayment.grew(slot, 0, 30, 100);
  expect(slot.debtSinceNs).toBe(100);
  repayment.grew(slot, 30, 10, 500);
  expect(slot.debtSinceNs).toBe(200);
  repayment.grew(slot, 40, 0, 900);
  expect(slot.debtSinceNs).toBe(200);
});

test("more are dropped than are kept: the oldest repay nothing", () => {
  const repayment = new Repayment();
  for (let due = 0; due < 100_000; due++) repayment.drop(due);
  const slot = busySlot(1e9, 1000);
  repayment.repay(slot, 50_000);
  const kept = 50_000 - (100_000 - 65_536);
  expect(debtOf(slot)).toBe(1e9 - kept * 1000);
});

interface Waited {
  readonly waitNs: number;
  readonly lagNs: number;
}

/**
 * One slot, a full backlog of `backlog`, exchanges due every `gapNs`, each taking `serviceNs`; at
 * its `lateAt`th exchange the generator sends `lateNs` late.
 */
function queue(lateNs: number, { gapNs, serviceNs, backlog, lateAt, count }: Queue): Waited[] {
  const repayment = new Repayment();
  const slot = new Place();
  const waiting: number[] = [];
  const seen: Waited[] = [];
  let dueNs = 0;
  for (let nowNs = 0; seen.length < count; ) {
    for (; dueNs <= nowNs; dueNs += gapNs) {
      if (waiting.length < backlog) waiting.push(dueNs);
      else repayment.drop(dueNs);
    }
    const due = waiting.shift() as number;
    repayment.repay(slot, due);
    slot.freeNs = Math.max(due, slot.readyNs);
    const sentNs = nowNs + (seen.length === lateAt ? lateNs : 0);
    const carriedNs = slot.freeNs === slot.readyNs ? slot.doneNs - slot.readyNs : 0;
    slot.lagNs = sentNs - slot.freeNs;
    repayment.grew(slot, carriedNs, slot.lagNs - carriedNs, slot.freeNs);
    seen.push({ waitNs: slot.freeNs - due, lagNs: slot.lagNs });
    nowNs = sentNs + serviceNs;
    slot.doneNs = nowNs;
    slot.readyNs = nowNs - slot.lagNs;
  }
  return seen;
}

interface Queue {
  readonly gapNs: number;
  readonly serviceNs: number;
  readonly backlog: number;
  readonly lateAt: number;
  readonly count: number;
}

const OVERLOAD: Queue = { gapNs: 3, serviceNs: 10, backlog: 10, lateAt: 100, count: 300 };

test("in overload our lateness shows in those that waited already, and then is over", () => {
  const seen = queue(400, OVERLOAD);
  const late = seen.slice(100, 111);
  expect(Math.min(...late.map(({ lagNs }) => lagNs))).toBe(400);
  // Of those that follow, the first were due before all was repaid.
  expect(seen.slice(125).every(({ lagNs }) => lagNs === 0)).toBe(true);
  const onTime = queue(0, OVERLOAD);
  const mean = (some: Waited[]) => some.reduce((sum, { waitNs }) => sum + waitNs, 0) / some.length;
  expect(Math.abs(mean(seen.slice(130)) - mean(onTime.slice(130)))).toBeLessThan(3);
});

test("where nothing is dropped all that follow stay late by it", () => {
  const seen = queue(400, { ...OVERLOAD, backlog: 1000 });
  expect(seen.slice(100).every(({ lagNs }) => lagNs === 400)).toBe(true);
});
