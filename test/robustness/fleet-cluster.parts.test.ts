/** A cluster of three brokers that loses one of them amid a run, with real parts. */
import { afterAll, beforeAll, expect } from "bun:test";
import { streamName } from "@nightjar/fleet/subjects.ts";
import { testFault } from "@nightjar/testkit/fleet/fault.ts";
import { RealFleet } from "@nightjar/testkit/fleet/fleet.ts";
import type { NatsCluster } from "@nightjar/testkit/nats-cluster.ts";

let replicated: RealFleet;
let alone: RealFleet;
beforeAll(async () => {
  replicated = await RealFleet.startClustered();
  alone = await RealFleet.startClustered();
}, 180_000);
afterAll(async () => {
  await replicated?.stop();
  await alone?.stop();
});

const clusterOf = (fleet: RealFleet) => fleet.cluster as NatsCluster;

/** It takes a busy machine a while to start a server. */
const TERMS = { lostAgent: "degrade", leaseNs: 20e9 } as const;
/** What is written down of a broker that comes back is right of these too: nothing is missing. */
const NOTHING_MISSING = "broker-restart";

testFault(
  "cluster-server-lost",
  () => replicated,
  {
    ...TERMS,
    strike: async (run) => {
      const cluster = clusterOf(replicated);
      const stream = streamName(run.id);
      await run.measuring(2);
      expect(await cluster.copiesOf(stream)).toBe(3);
      // Where agents are, and the stream is led elsewhere: they go on at another one.
      const leader = await cluster.leaderOf(stream);
      await cluster.servers[leader === 0 ? 1 : 0].kill();
      await Bun.sleep(2000);
      await cluster.mend();
      await cluster.servers[await cluster.leaderOf(stream)].kill();
      return {};
    },
    check: ({ own, collected }) => expect(collected).toEqual(own as never),
  },
  NOTHING_MISSING,
);

testFault(
  "cluster-stream-away",
  () => alone,
  {
    ...TERMS,
    streamReplicas: 1,
    strike: async (run) => {
      const cluster = clusterOf(alone);
      await run.measuring(4.5);
      await cluster.servers[await cluster.leaderOf(streamName(run.id))].kill();
      await Bun.sleep(3000);
      await cluster.mend();
      return {};
    },
    check: ({ own, collected }) => expect(collected).toEqual(own as never),
  },
  NOTHING_MISSING,
);
