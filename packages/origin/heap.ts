/**
 * A binary heap of things that fall due; those due at the same time leave in the order they came.
 */

export interface Due {
  dueNs: number;
  /** Set by the heap: its place among equals. */
  order: number;
}

function before(a: Due, b: Due): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.order < b.order);
}

export class DueHeap<Item extends Due> {
  private readonly items: Item[] = [];
  private pushed = 0;

  get size(): number {
    return this.items.length;
  }

  first(): Item | undefined {
    return this.items[0];
  }

  push(item: Item): void {
    item.order = this.pushed++;
    this.items.push(item);
    this.rise(this.items.length - 1);
  }

  pop(): Item | undefined {
    const first = this.items[0];
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return first;
    this.items[0] = last;
    this.sink();
    return first;
  }

  clear(): void {
    this.items.length = 0;
  }

  private rise(from: number): void {
    const { items } = this;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(items[at], items[parent])) return;
      [items[at], items[parent]] = [items[parent], items[at]];
      at = parent;
    }
  }

  private sink(): void {
    const { items } = this;
    for (let at = 0; ; ) {
      let least = 2 * at + 1;
      if (least >= items.length) return;
      if (least + 1 < items.length && before(items[least + 1], items[least])) least++;
      if (!before(items[least], items[at])) return;
      [items[at], items[least]] = [items[least], items[at]];
      at = least;
    }
  }
}
