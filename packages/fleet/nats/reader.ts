/**
 * Reading a stream from a sequence on, for as long as wanted. The broker keeps a consumer for each
 * reading, by which it knows how far it has sent; where the connection goes, the consumer is lost
 * or silent, or a message is missing, there is a new one from the next sequence on: nothing is
 * skipped, and nothing is told twice.
 */
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { BusError, type Stored } from "../bus.ts";
import { type Connection, sleep } from "./connection.ts";
import { busErrorOf } from "./faults.ts";

/**
 * Asked for ahead of the reader, who may be slow. So many come in a round trip at most: with 100,
 * and 100 ms to the broker and back, 900 come a second, and with 500 3,400 (of 14 kB).
 */
const AHEAD_MESSAGES = 500;
const PULL_EXPIRES_MS = 10_000;
/**
 * A consumer that says nothing for two of these has gone: where the server of a cluster that has it
 * is away, the others neither ask it nor say that it is gone.
 */
const SIGN_OF_LIFE_MS = 2_000;
/** The broker lets a consumer go that nobody has asked for so long. */
const ABANDONED_MS = 30_000;
const AGAIN_MS = 200;

export async function* readStream(
  connection: Connection,
  manager: JetStreamManager,
  stream: string,
  fromSequence: number,
  signal: AbortSignal,
): AsyncGenerator<Stored> {
  let next = Math.max(1, fromSequence);
  while (!signal.aborted) {
    await connection.untilUp(signal);
    try {
      for await (const stored of follow(connection, manager, stream, next, signal)) {
        if (stored.sequence < next) continue;
        next = stored.sequence + 1;
        yield stored;
        if (signal.aborted) return;
      }
    } catch (error) {
      await toleratedForNow(error);
    }
  }
}

/** What time may mend is tried again. */
async function toleratedForNow(error: unknown): Promise<void> {
  const fault = busErrorOf(error);
  if (!(fault instanceof BusError) || fault.fault !== "no answer") throw fault;
  await sleep(AGAIN_MS);
}

/** Ends when the consumer has gone, or a message is missing. */
async function* follow(
  connection: Connection,
  manager: JetStreamManager,
  stream: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Stored> {
  if (signal.aborted) return;
  const consumer = await connection.whileUp(() => openConsumer(manager, stream, from));
  const messages = await consumer.consume({
    max_messages: AHEAD_MESSAGES,
    expires: PULL_EXPIRES_MS,
    idle_heartbeat: SIGN_OF_LIFE_MS,
    abort_on_missing_resource: true,
  });
  const stop = () => void messages.close();
  const cancel = connection.onLost(stop);
  signal.addEventListener("abort", stop);
  void stopWhenSilent(messages, stop);
  // It may have aborted while there was nothing to stop yet.
  if (signal.aborted) stop();
  try {
    yield* inOrder(messages);
  } catch (error) {
    if (!isConsumerGone(error)) throw error;
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
    stop();
    if (connection.isUp) consumer.delete().catch(() => {});
  }
}

async function stopWhenSilent(messages: ConsumerMessages, stop: () => void): Promise<void> {
  for await (const { type } of messages.status()) if (type === "heartbeats_missed") stop();
}

async function openConsumer(
  manager: JetStreamManager,
  stream: string,
  from: number,
): Promise<Consumer> {
  const info = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    inactive_threshold: nanos(ABANDONED_MS),
    mem_storage: true,
    num_replicas: 1,
  });
  return manager.jetstream().consumers.getConsumerFromInfo(info);
}

async function* inOrder(messages: ConsumerMessages): AsyncGenerator<Stored> {
  let delivered = 0;
  for await (const message of messages) {
    if (message.info.deliverySequence !== ++delivered) return;
    yield { sequence: message.seq, subject: message.subject, payload: message.data };
  }
}

/** Or its stream: that shows when the next one is opened. */
function isConsumerGone(error: unknown): boolean {
  return error instanceof Error && /consumer|stream/i.test(error.message);
}
