/** A broker that restarts, is full, and repeats itself, with real parts. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Bus, Stored } from "@nightjar/fleet/bus.ts";
import { streamName } from "@nightjar/fleet/subjects.ts";
import { testFault } from "@nightjar/testkit/fleet/fault.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import { FleetScene } from "@nightjar/testkit/fleet/scene.ts";

let fleet: RealFleet;
/** Its broker is killed while others are at work elsewhere. */
let restarted: RealFleet;
beforeAll(async () => {
  fleet = await RealFleet.start();
  restarted = await RealFleet.start();
}, 120_000);
afterAll(async () => {
  await fleet?.stop();
  await restarted?.stop();
});

testFault("broker-restart", () => restarted, {
  lostAgent: "degrade",
  // It takes a busy machine a while to start it.
  leaseNs: 20e9,
  strike: async (run) => {
    await run.measuring(4.5);
    await restarted.nats.kill();
    await Bun.sleep(2000);
    await restarted.nats.start();
    return {};
  },
  check: ({ own, collected }) => expect(collected).toEqual(own as never),
});

/** What does not fit is nobody's: its agents are free again when the run is over. */
testFault("stream-full", () => fleet, {
  streamBytes: 40_000,
  strike: async () => ({}),
  check: ({ own, arrivals }) => {
    expect(own?.verdict.reasons.join("\n")).toContain("the run's stream is full");
    // All were stopped, though not even their ends may fit.
    expect(arrivals.rows.length).toBeLessThan(1500);
  },
});

test.concurrent("a stream whose messages come twice and out of order", async () => {
  const scene = await FleetScene.open(fleet);
  try {
    const run = await scene.begin({ plan: { duration: "4s" } });
    const { own, collected } = await run.over();
    expect(collected).toEqual(own as never);
    await fleet.withBus(async (bus) => {
      const stored = await allOf(bus, streamName(run.id));
      for (const [at, { subject, payload }] of stored.toReversed().entries()) {
        await bus.append(subject, payload, `again.${at}`);
      }
      expect(await allOf(bus, streamName(run.id))).toHaveLength(2 * stored.length);
    });
    expect(await fleet.collect(run.id)).toEqual(collected as never);
  } finally {
    await scene.close();
  }
}, 120_000);

async function allOf(bus: Bus, stream: string): Promise<Stored[]> {
  const { lastSequence } = await bus.streamState(stream);
  const aborter = new AbortController();
  const all: Stored[] = [];
  for await (const stored of bus.read(stream, 1, aborter.signal)) {
    all.push(stored);
    if (stored.sequence >= lastSequence) aborter.abort();
  }
  return all;
}
