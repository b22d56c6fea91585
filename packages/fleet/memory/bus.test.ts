/** The memory broker keeps to what a Bus is, on the machine's own clock. */
import { realClock } from "@nightjar/core/run/clock.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { busConformance } from "@nightjar/testkit/bus-conformance.ts";
import { MemoryBroker } from "./broker.ts";
import type { Weather } from "./weather.ts";

/** Each connection has weather of its own. */
async function start(weatherOf: (party: number) => Weather | undefined) {
  const broker = new MemoryBroker(realClock(monotonicNs));
  let parties = 0;
  return {
    connect: async () => broker.connect(weatherOf(parties++)),
    goAway: async () => broker.goAway(),
    comeBack: async () => broker.comeBack(),
    stop: async () => {},
  };
}

busConformance("a memory broker", () => start(() => undefined));

const late = { leastNs: 0, mostNs: 3e6 };
const reconnectNs = { leastNs: 0, mostNs: 50e6 };

busConformance("a memory broker far away", () =>
  start((party) => ({ seed: party, upNs: late, downNs: late, reconnectNs })),
);
