import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Backlog, SlotRing } from "./ring.ts";
import { Slot } from "./slot.ts";
import { SlotQueue } from "./slot-queue.ts";

class PlainSlot extends Slot {
  begin(): void {}
  abandon(): void {}

  close(): void {}
}

function slots(count: number): Slot[] {
  return Array.from({ length: count }, () => new PlainSlot());
}

describe("idle slots", () => {
  test.each([0, 1, 2, 3, 7, 8, 9, 1000, 100_000])("%i of them find their places", (count) => {
    const all = slots(count);
    const ring = new SlotRing(count);
    for (const slot of all) ring.push(slot);
    expect(ring.size).toBe(count);
    for (const slot of all) expect(ring.shift()).toBe(slot);
    expect(ring.shift()).toBeNull();
    expect(ring.size).toBe(0);
  });

  test("leave in the order in which they came, round and round", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (pushes) => {
        const outside = slots(5);
        const ring = new SlotRing(5);
        const model: Slot[] = [];
        for (const isPush of pushes) {
          if (isPush && outside.length > 0) {
            const slot = outside.shift() as Slot;
            ring.push(slot);
            model.push(slot);
          } else {
            const slot = ring.shift();
            expect(slot).toBe(model.shift() ?? null);
            if (slot) outside.push(slot);
          }
          expect(ring.size).toBe(model.length);
        }
      }),
    );
  });
});

describe("the backlog", () => {
  test("keeps pairs in their order while it grows, wherever its beginning lies", () => {
    const steps = fc.array(fc.tuple(fc.nat(1500), fc.nat(1500)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(steps, (amounts) => {
        const backlog = new Backlog();
        let pushed = 0;
        let shifted = 0;
        for (const [pushes, shifts] of amounts) {
          for (let n = 0; n < pushes; n++, pushed++) backlog.push(pushed, pushed * 10.5);
          expect(backlog.size).toBe(pushed - shifted);
          for (let index = 0; index < backlog.size; index += 97)
            expect(backlog.dueAt(index)).toBe((shifted + index) * 10.5);
          for (let n = 0; n < shifts && backlog.size > 0; n++, shifted++) {
            expect([backlog.headNumber, backlog.headDueNs]).toEqual([shifted, shifted * 10.5]);
            backlog.shift();
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("grows with its beginning in the middle", () => {
    const backlog = new Backlog();
    for (let i = 0; i < 1000; i++) backlog.push(i, i);
    for (let i = 0; i < 1000; i++) backlog.shift();
    for (let i = 1000; i < 4000; i++) backlog.push(i, -i);
    expect(backlog.size).toBe(3000);
    for (let i = 1000; i < 4000; i++, backlog.shift()) {
      expect([backlog.headNumber, backlog.headDueNs]).toEqual([i, -i]);
    }
    expect(backlog.size).toBe(0);
  });

  test("holds numbers beyond 32 bits", () => {
    const backlog = new Backlog();
    backlog.push(2 ** 53 - 1, 3.5e18);
    expect([backlog.headNumber, backlog.headDueNs]).toEqual([2 ** 53 - 1, 3.5e18]);
  });

  test("that is empty is not shifted", () => {
    expect(() => new Backlog().shift()).toThrow("invariant broken");
  });
});

describe("slots in order", () => {
  function inOrder({ head }: SlotQueue): Slot[] {
    const found: Slot[] = [];
    for (let slot = head; slot; slot = slot.after) {
      expect(slot.before).toBe(found.at(-1) ?? null);
      found.push(slot);
    }
    return found;
  }

  test("may leave from anywhere, and come back at the end", () => {
    const step = fc.tuple(fc.nat(9), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new SlotQueue();
        const all = slots(10);
        let model: Slot[] = [];
        for (const [index, isAppend] of steps) {
          const slot = all[index];
          const isIn = model.includes(slot);
          expect(slot.queue).toBe(isIn ? queue : null);
          if (isAppend && !isIn) {
            queue.append(slot);
            model.push(slot);
          } else if (!isAppend && isIn) {
            queue.remove(slot);
            model = model.filter((other) => other !== slot);
          }
          expect(inOrder(queue)).toEqual(model);
        }
      }),
    );
  });

  test("forget one another when they leave", () => {
    const queue = new SlotQueue();
    const [a, b, c] = slots(3);
    for (const slot of [a, b, c]) queue.append(slot);
    queue.remove(b);
    expect([b.queue, b.before, b.after]).toEqual([null, null, null]);
    queue.remove(a);
    queue.remove(c);
    expect(queue.head).toBeNull();
    queue.append(b);
    expect(queue.head).toBe(b);
  });
});
