/**
 * Both ends of a link over a bus, joined as a coordinator and an agent join them: down by question
 * and answer, up through the stream of a run.
 */
import { realClock } from "@nightjar/core/run/clock.ts";
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { Bus } from "@nightjar/fleet/bus.ts";
import { ask } from "@nightjar/fleet/coordinator/ask.ts";
import { AgentLink } from "@nightjar/fleet/link/agent-link.ts";
import { CoordinatorLink } from "@nightjar/fleet/link/coordinator-link.ts";
import { OrderPost } from "@nightjar/fleet/link/order-post.ts";
import { Outbox } from "@nightjar/fleet/link/outbox.ts";
import { decodeMessage, encodeMessage, type Parcel } from "@nightjar/fleet/messages.ts";
import { Assembler } from "@nightjar/fleet/parcel.ts";
import { agentSubject, runPrefix, streamName, upSubject } from "@nightjar/fleet/subjects.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { LinkPair } from "./link-conformance.ts";

const AGENT = "agent";
const LIMITS = { bytes: 256 * 1024 * 1024, ageNs: 3600e9 };
const clock = realClock(monotonicNs);

/** `runId`: nobody else's on that broker. Closes both buses in the end. */
export async function busLinkPair(runId: string, near: Bus, far: Bus): Promise<LinkPair> {
  await near.createStream(streamName(runId), runPrefix(runId), LIMITS);
  const { maxPayloadBytes } = near;
  const askAgent = (parcel: Parcel) => ask(near, AGENT + runId, parcel);
  const parent = new CoordinatorLink({ runId, clock, maxPayloadBytes, ask: askAgent });
  const reading = new AbortController();
  const read = readUp(near, runId, reading.signal, (message) => parent.deliver(message));
  const { child, outbox } = await agentEnd(runId, far);
  const dispose = async () => {
    parent.close("the test is over");
    child.close("the test is over");
    reading.abort();
    await read;
    outbox.close();
    await near.deleteStream(streamName(runId));
    await near.close();
    await far.close();
  };
  return { parent, child, closesTogether: false, dispose };
}

/** As it was said: whoever folds it looks at it besides. */
async function readUp(
  bus: Bus,
  runId: string,
  signal: AbortSignal,
  deliver: (message: Message) => void,
): Promise<void> {
  const assembler = new Assembler();
  for await (const { payload } of bus.read(streamName(runId), 1, signal)) {
    const whole = assembler.add(payload);
    if (whole) deliver(decodeFrame(whole) as Message);
  }
}

async function agentEnd(runId: string, bus: Bus) {
  const subject = upSubject(runId, "0");
  const outbox = new Outbox({ bus, clock, subject, sender: AGENT + runId });
  const child = new AgentLink(outbox, () => {});
  const post = new OrderPost();
  bus.subscribe(agentSubject(AGENT + runId), (payload) => {
    const message = post.add(decodeMessage<Parcel>(payload) as Parcel);
    if (message) child.receive(message);
    return encodeMessage({ type: "taken" });
  });
  // A round trip: the broker knows of the subscription by then.
  await bus.streams("");
  return { child, outbox };
}
