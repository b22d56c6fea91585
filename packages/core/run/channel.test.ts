import { expect, test } from "bun:test";
import { Channel } from "./channel.ts";

async function readAll<T>(channel: Channel<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of channel) items.push(item);
  return items;
}

test("what was pushed before the end is read, in order, and nothing after it", async () => {
  const channel = new Channel<number>();
  for (let item = 0; item < 1000; item++) channel.push(item);
  channel.end();
  channel.push(-1);
  expect(await readAll(channel)).toEqual(Array.from({ length: 1000 }, (_, item) => item));
});

test("a reader is woken, by an item and by the end", async () => {
  const channel = new Channel<string>();
  const read = readAll(channel);
  for (const item of ["a", "b", "c"]) {
    await Promise.resolve();
    channel.push(item);
  }
  await Promise.resolve();
  channel.end();
  expect(await read).toEqual(["a", "b", "c"]);
});

test("a reader that pushes while it reads meets everything", async () => {
  const channel = new Channel<number>();
  channel.push(0);
  const items: number[] = [];
  for await (const item of channel) {
    items.push(item);
    if (item < 5) channel.push(item + 1);
    else channel.end();
  }
  expect(items).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a channel that nobody reads is a fault of the program", () => {
  const channel = new Channel<null>();
  for (let item = 0; item < 1_000_000; item++) channel.push(null);
  expect(() => channel.push(null)).toThrow("invariant broken");
});
