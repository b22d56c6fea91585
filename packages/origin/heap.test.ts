import { expect, test } from "bun:test";
import fc from "fast-check";
import { DueHeap } from "./heap.ts";

test("what was pushed is popped in the order of its due times, equals as they came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (dues) => {
      const heap = new DueHeap<{ dueNs: number; order: number; name: number }>();
      for (const [name, dueNs] of dues.entries()) heap.push({ dueNs, order: 0, name });
      const popped = dues.map(() => heap.pop()?.name);
      const sorted = dues.map((_, name) => name).sort((a, b) => dues[a] - dues[b] || a - b);
      expect(popped).toEqual(sorted);
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
