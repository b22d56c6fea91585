import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { STORE } from "../limits.ts";
import { MemoryBroker } from "../memory/broker.ts";
import { planFor } from "../simulation/fleet-stage.ts";
import { runPrefix, streamName } from "../subjects.ts";
import { streamBytesFor, sweepStreams } from "./streams.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const HOUR_NS = 3600e9;

test("a stream is as large as its run, and never larger than any may be", () => {
  const short = planFor({ rate: 80, connections: 8 }, { duration: "10s" });
  const long = planFor({ rate: 80, connections: 8 }, { duration: "10m" });
  expect(streamBytesFor(short, 2)).toBeLessThan(24 * 1024 * 1024);
  expect(streamBytesFor(long, 2)).toBeGreaterThan(10 * streamBytesFor(short, 2) - 200e6);
  expect(streamBytesFor(long, 1000)).toBe(STORE.streamBytes);
  const endless = planFor({ rate: 80, connections: 8, requests: 100 }, { duration: undefined });
  expect(streamBytesFor(endless, 2)).toBe(STORE.streamBytes);
});

test("what is too old is swept, and nothing else", async () => {
  const clock = new VirtualClock();
  const bus = new MemoryBroker(clock).connect();
  const limits = { bytes: 1000, ageNs: STORE.streamAgeNs };
  const create = (run: string) => bus.createStream(streamName(run), runPrefix(run), limits);
  const fill = (run: string) => bus.append(`${runPrefix(run)}.log`, new Uint8Array(10), run);
  let left: string[] = [];
  void (async () => {
    await create("old");
    await fill("old");
    await create("empty");
    await bus.createStream("OTHER", "other", limits);
  })();
  clock.after(25 * HOUR_NS - 1e9, () => {
    void (async () => {
      await create("young");
      await create("filled");
      await fill("filled");
    })();
  });
  clock.after(25 * HOUR_NS, () => {
    void sweepStreams(bus).then(async () => {
      left = await bus.streams("");
    });
  });
  await clock.run(settle);
  expect(left.sort()).toEqual(["NIGHTJAR_filled", "NIGHTJAR_young", "OTHER"]);
});
