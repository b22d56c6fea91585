/** A broker in virtual time, with a party in calm weather; what others do and learn there. */
import { VirtualClock } from "@nightjar/core/simulation/virtual-clock.ts";
import type { BusError } from "@nightjar/fleet/bus.ts";
import { MemoryBroker } from "@nightjar/fleet/memory/broker.ts";
import type { MemoryBus } from "@nightjar/fleet/memory/memory-bus.ts";

const LARGE = { bytes: 1e9, ageNs: 1e15 };

export const number = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
export const range = (n: number) => Array.from({ length: n }, (_, index) => index);
const numberOf = (payload: Uint8Array) => new DataView(payload.buffer).getUint32(0, true);

/** Lets all promises make the progress that they can. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export class MemoryWorld {
  readonly clock = new VirtualClock();
  readonly broker = new MemoryBroker(this.clock);
  readonly calm = this.broker.connect();
  readonly aborter = new AbortController();

  /** What `bus` hears of numbers on the subject. */
  heard(bus: MemoryBus, subject = "x"): { n: number; atNs: number }[] {
    const heard: { n: number; atNs: number }[] = [];
    bus.subscribe(subject, (payload) => {
      heard.push({ n: numberOf(payload), atNs: this.clock.nowNs() });
      return payload;
    });
    return heard;
  }

  /** What `bus` reads of the stream S. */
  async read(bus: MemoryBus): Promise<number[]> {
    const read: number[] = [];
    await this.calm.createStream("S", "s", LARGE);
    void (async () => {
      for await (const { payload } of bus.read("S", 1, this.aborter.signal))
        read.push(numberOf(payload));
    })();
    return read;
  }

  /** `act` with 0, 1, 2 … every `gapNs`. */
  each(count: number, gapNs: number, act: (n: number) => void): void {
    for (const n of range(count)) this.clock.after(n * gapNs, () => act(n));
  }

  at(ns: number, act: () => void): void {
    this.clock.after(ns - this.clock.nowNs(), act);
  }

  play(): Promise<void> {
    return this.clock.run(settle);
  }
}

/** What became of each, by number. */
export function asked(
  world: MemoryWorld,
  bus: MemoryBus,
  count: number,
  gapNs: number,
  limitNs = 2e9,
) {
  const fates: { fate: string; tookNs: number }[] = [];
  world.each(count, gapNs, async (n) => {
    const fromNs = world.clock.nowNs();
    const fate = await bus.request("x", number(n), limitNs).then(
      () => "answered",
      (error: BusError) => error.fault,
    );
    fates[n] = { fate, tookNs: world.clock.nowNs() - fromNs };
  });
  return fates;
}
