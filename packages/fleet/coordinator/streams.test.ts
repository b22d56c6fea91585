import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { type Bus, BusError, type StreamLimits } from "../bus.ts";
import { STORE } from "../limits.ts";
import { MemoryBroker } from "../memory/broker.ts";
import { planFor } from "../simulation/fleet-stage.ts";
import { runPrefix, streamName } from "../subjects.ts";
import { openStream, streamBytesFor, sweepStreams } from "./streams.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const HOUR_NS = 3600e9;

test("a stream is as large as its run may need, and never larger than any may be", () => {
  const MIB = 1024 * 1024;
  const of = (rate: number, agents: number, duration: string) =>
    streamBytesFor(planFor({ rate, connections: agents }, { duration }), agents) / MIB;
  expect(of(200, 2, "10s")).toBeLessThan(17);
  // Measured: 14.2 kB a snapshot at 2,000/s over 5 targets.
  expect(of(200_000, 100, "1h")).toBeGreaterThan((14.2e3 * 100 * 3600) / MIB);
  expect(of(200_000, 100, "1h")).toBeLessThan((3 * 14.2e3 * 100 * 3600) / MIB);
  expect(of(10_000_000, 5000, "5h")).toBe(STORE.streamBytes / MIB);
  const counted = planFor({ rate: 100, connections: 8, requests: 1000 }, { duration: undefined });
  expect(streamBytesFor(counted, 2)).toBeLessThan(17 * MIB);
});

test("a broker without so much room is asked for a half and a quarter", async () => {
  const clock = new VirtualClock();
  const bus = new MemoryBroker(clock).connect();
  const asked: number[] = [];
  const narrow: Bus = Object.create(bus, {
    createStream: {
      value: (name: string, prefix: string, limits: StreamLimits) => {
        asked.push(limits.bytes);
        if (limits.bytes > 300) return Promise.reject(new BusError("full", "no room"));
        return bus.createStream(name, prefix, limits);
      },
    },
  });
  let full: unknown;
  void openStream(narrow, "r", 1000).then(() =>
    openStream(narrow, "s", 10_000).catch((error) => {
      full = error;
    }),
  );
  await clock.run(settle);
  expect(asked).toEqual([1000, 500, 250, 10_000, 5000, 2500]);
  expect(String(full)).toContain("no room");
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
