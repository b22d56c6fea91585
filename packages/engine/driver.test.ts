/** The driver on slots that need no network: what only many of them at once bring about. */
import { expect, test } from "bun:test";
import { phaseTally, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { Cursor } from "@nightjar/core/schedule/schedule.ts";
import { Driver } from "./driver.ts";
import type { DriverSettings } from "./driver-settings.ts";
import { Slot } from "./slot.ts";
import { processUsage } from "./usage.ts";

/** Sends at once, and never hears of it again. */
class SilentSlot extends Slot {
  begin(): void {
    this.events.connecting(this);
    this.events.connected(this, false);
    this.events.sending(this);
  }

  abandon(): void {}

  close(): void {}
}

/** `count` exchanges, all due at T0. */
class AtOnce implements Cursor {
  i = 0;
  dueNs = 0;

  constructor(private readonly count: number) {}

  advance(): void {
    this.i = this.i + 1 < this.count ? this.i + 1 : -1;
    if (this.i < 0) this.dueNs = Number.POSITIVE_INFINITY;
  }
}

const SETTINGS: DriverSettings = {
  child: "c",
  incarnation: 0,
  from: 0,
  closed: false,
  endsWithSchedule: false,
  shape: { rowStartsNs: [0, 0], targets: 1, recordHeaders: [] },
  targetOf: () => 0,
  endNs: 30e6,
  timeoutNs: 100e6,
  connectTimeoutNs: 100e6,
  drainNs: 20e9,
  maxBacklog: 0,
  spin: false,
  reuse: "lru",
  prefetch: false,
  okStatus: new Uint8Array(600).fill(1),
};

function run(count: number, settings: Partial<DriverSettings>, act: (driver: Driver) => void) {
  const slots = Array.from({ length: count }, () => new SilentSlot());
  const events: RunEvent[] = [];
  return new Promise<RunEvent[]>((resolve) => {
    const emit = (event: RunEvent) => {
      events.push(event);
      if (event.type === "ended") resolve(events);
    };
    const all = { ...SETTINGS, ...settings };
    const driver = new Driver(all, new AtOnce(count), slots, processUsage(), emit);
    driver.start(performance.now());
    act(driver);
  });
}

function sumOf(events: readonly RunEvent[], count: "sent" | "failed" | "censored"): number {
  const snapshots = events.filter((event): event is Snapshot => event.type === "snapshot");
  return snapshots.reduce((sum, one) => sum + phaseTally(one, "measured").counts[count], 0);
}

test("a multitude that times out in one turn of the drain is failed one by one", async () => {
  const standStill = () => void setTimeout(() => Bun.sleepSync(150), 60);
  const events = await run(50_000, {}, standStill);
  expect([sumOf(events, "sent"), sumOf(events, "failed")]).toEqual([50_000, 50_000]);
  expect(events.at(-1)).toMatchObject({ type: "ended", outcome: "done" });
});

test("a multitude that is stopped at once is censored", async () => {
  const stopTwice = (driver: Driver) => {
    setTimeout(() => {
      driver.stop("enough");
      driver.stop("now");
      driver.stop("really");
    }, 20);
  };
  const endless = { endNs: 60e9, timeoutNs: 60e9 };
  const events = await run(50_000, endless, stopTwice);
  expect([sumOf(events, "sent"), sumOf(events, "censored")]).toEqual([50_000, 50_000]);
  expect(events.at(-1)).toMatchObject({ type: "ended", outcome: "stopped", reason: "enough" });
  expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
});
