import { realClock } from "@nightjar/core/run/clock.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { busLinkPair } from "@nightjar/testkit/bus-link-pair.ts";
import { linkConformance } from "@nightjar/testkit/link-conformance.ts";
import { MemoryBroker } from "../memory/broker.ts";
import type { Weather } from "../memory/weather.ts";

/** Each party has a bus in weather of its own. */
function pair(weather?: (party: number) => Weather) {
  const broker = new MemoryBroker(realClock(monotonicNs));
  return busLinkPair("run", broker.connect(weather?.(1)), broker.connect(weather?.(2)));
}

linkConformance("a bus in memory", () => pair());

const soon = { leastNs: 0, mostNs: 2e6 };
const often = [{ chance: 0.2, afterNs: soon }];

linkConformance("a bus that repeats and delays", () =>
  pair((seed) => ({ seed, upNs: soon, downNs: soon, repeats: often })),
);
