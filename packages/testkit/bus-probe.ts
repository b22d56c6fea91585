/** What the checks of a Bus do over and over. */
import { expect } from "bun:test";
import { type Bus, BusError, type BusFault, type Stored } from "@nightjar/fleet/bus.ts";

export const LIMIT_NS = 60e9;
const POLL_MS = 5;

export const ROOMY = { bytes: 16 * 1024 * 1024, ageNs: 3600e9 };

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

export function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${from + index}`);
}

/** Returns when it holds; the limit of the test is the limit of the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(POLL_MS);
}

/** A round trip: the broker knows of all that this connection has subscribed to before. */
export async function settled(bus: Bus): Promise<void> {
  await bus.streams("nothing-is-called-so");
}

export async function expectFault(promise: Promise<unknown>, fault: BusFault): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(BusError);
  expect((error as BusError).fault).toBe(fault);
}

/** An error that is no `BusError`: a programmer's. */
export async function expectRefusal(act: () => unknown): Promise<void> {
  let error: unknown;
  try {
    await act();
  } catch (reason) {
    error = reason;
  }
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(BusError);
}

export async function appendAll(bus: Bus, subject: string, texts: readonly string[]) {
  for (const text of texts) await bus.append(subject, bytesOf(text), `${subject}-${text}`);
}

/** Reads until there are `count`, and then stops. */
export async function readCount(bus: Bus, stream: string, from: number, count: number) {
  const stop = new AbortController();
  const all: Stored[] = [];
  for await (const stored of bus.read(stream, from, stop.signal)) {
    all.push(stored);
    if (all.length === count) stop.abort();
  }
  return all;
}

export interface Reading {
  readonly all: Stored[];
  texts(): string[];
  /** Ends the reading; throws what the reading threw. */
  stop(): Promise<void>;
  /** Resolves with what the reading threw, or `undefined`. */
  readonly ended: Promise<unknown>;
}

/** Reads on and on beside the check. */
export function startReading(bus: Bus, stream: string, from = 1): Reading {
  const stop = new AbortController();
  const all: Stored[] = [];
  const collect = async () => {
    for await (const stored of bus.read(stream, from, stop.signal)) all.push(stored);
  };
  const ended = collect().then(
    () => undefined,
    (error) => error,
  );
  return {
    all,
    ended,
    texts: () => all.map(({ payload }) => textOf(payload)),
    stop: async () => {
      stop.abort();
      expect(await ended).toBeUndefined();
    },
  };
}

/**
 * Appends until told to stop, each text until it is acknowledged; says which are. `pauseMs`: after
 * each, so that a long outage does not fill the stream.
 */
export function startAppending(bus: Bus, subject: string, pauseMs = 0) {
  const acknowledged: string[] = [];
  let isStopped = false;
  let failures = 0;
  const loop = async () => {
    for (let number = 0; !isStopped; number++) {
      while (!(await isAppended(bus, subject, `${number}`))) {
        failures++;
        await Bun.sleep(10);
      }
      acknowledged.push(`${number}`);
      if (pauseMs > 0) await Bun.sleep(pauseMs);
    }
  };
  const ended = loop();
  return {
    acknowledged,
    failures: () => failures,
    stop: () => {
      isStopped = true;
      return ended;
    },
  };
}

async function isAppended(bus: Bus, subject: string, text: string): Promise<boolean> {
  try {
    await bus.append(subject, bytesOf(text), text);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: "BusError", fault: "no answer" });
    return false;
  }
}

/** One that was stored and not acknowledged was appended again. */
export function withoutRepeats(texts: readonly string[]): string[] {
  return texts.filter((text, index) => text !== texts[index - 1]);
}
