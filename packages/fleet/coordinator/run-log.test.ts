import { expect, test } from "bun:test";
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import { MemoryBroker } from "../memory/broker.ts";
import type { Log } from "../record.ts";
import { RunLog } from "./run-log.ts";

test("a record that is read twice hides none that was never taken", () => {
  const clock = new VirtualClock();
  const log = new RunLog(new MemoryBroker(clock).connect(), "r", clock);
  const lost = (child: string): Log => ({ type: "lost", atNs: 5, child, reason: "gone" });
  log.add(lost("0"));
  log.add(lost("1"));
  log.seen(lost("0"));
  log.seen(lost("0"));
  expect(log.rest()).toEqual([lost("1")]);
});
