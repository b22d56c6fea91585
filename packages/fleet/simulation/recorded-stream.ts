/** What a run over a simulated fleet has left in its stream, to be changed and folded. */
import { decodeFrame, encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Stored } from "../bus.ts";
import { Assembler, partsOf } from "../parcel.ts";
import { streamName } from "../subjects.ts";
import { FleetStage, planFor, S } from "./fleet-stage.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

// biome-ignore lint/suspicious/noExplicitAny: what is changed here is changed against its type
export type Loose = any;

export interface Told {
  readonly subject: string;
  readonly record: Loose;
}

/** What a run of two agents has left, record by record. */
export async function recorded(): Promise<Told[]> {
  const stage = new FleetStage(settle);
  for (let at = 0; at < 2; at++) stage.addAgent();
  const plan = planFor({ rate: 20, connections: 4 }, { duration: "2s" });
  const order = stage.order(plan, [{ count: 2 }]);
  void stage.prepare(order).then((run) => stage.measure(run));
  await stage.play(30 * S);
  const bus = stage.broker.connect();
  const name = streamName(order.runId);
  const { lastSequence } = await bus.streamState(name);
  const assembler = new Map<string, Assembler>();
  const told: Told[] = [];
  const aborter = new AbortController();
  for await (const { subject, payload, sequence } of bus.read(name, 1, aborter.signal)) {
    const own = assembler.get(subject) ?? new Assembler();
    assembler.set(subject, own);
    const whole = own.add(payload);
    if (whole) told.push({ subject, record: plain(whole) });
    if (sequence === lastSequence) aborter.abort();
  }
  return told;
}

/** Without anything packed. */
function plain(frame: Uint8Array): unknown {
  return decodeFrame(encodeFrame(decodeFrame(frame)));
}

export function storedOf(told: readonly (Told & { frame?: Uint8Array })[]): Stored[] {
  return told.map(({ subject, record, frame }, at) => ({
    subject,
    sequence: at + 1,
    payload: partsOf(at + 1, frame ?? encodeFrame(record), 2 ** 20)[0],
  }));
}
