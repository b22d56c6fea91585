/**
 * What every Bus keeps to, whatever carries it: memory or a broker. One broker for the suite; each
 * check has subjects, streams and connections of its own. In real time, and nothing is judged by
 * how fast it was: where something comes "at once", its own limit is longer than that of the test.
 */
import { afterAll, beforeAll, describe, test } from "bun:test";
import type { Bus } from "@nightjar/fleet/bus.ts";
import type { BusBroker, BusCheck } from "./bus-bench.ts";
import { MESSAGE_CHECKS } from "./bus-message-checks.ts";
import { OUTAGE_CHECKS } from "./bus-outage-checks.ts";
import { STREAM_CHECKS } from "./bus-stream-checks.ts";

export type { BusBroker };

const TEST_LIMIT_MS = 120_000;

/** Defines the tests of one kind of Bus. */
export function busConformance(kind: string, start: () => Promise<BusBroker>): void {
  describe(`${kind} is a Bus:`, () => {
    let broker: BusBroker;
    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker?.stop());
    for (const [index, { what, check }] of [
      ...MESSAGE_CHECKS,
      ...STREAM_CHECKS,
      ...OUTAGE_CHECKS,
    ].entries())
      test(what, () => tryCheck(broker, `check${index}`, check), TEST_LIMIT_MS);
  });
}

async function tryCheck(broker: BusBroker, name: string, check: BusCheck["check"]): Promise<void> {
  const open: Bus[] = [];
  const connect = async () => {
    const bus = await broker.connect();
    open.push(bus);
    return bus;
  };
  try {
    await check({ broker, name, connect });
  } finally {
    for (const bus of open) await bus.close();
  }
}
