/** `nightjar agent`: this machine waits for runs of a fleet, and sends its part of them. */
import { randomUUID } from "node:crypto";
import { EXIT } from "@nightjar/core/errors.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { Agent } from "@nightjar/fleet/agent/agent.ts";
import type { AgentFacts } from "@nightjar/fleet/messages.ts";
import { shownServers } from "@nightjar/fleet/nats/access.ts";
import { counted } from "@nightjar/formats/figures.ts";
import { watchThrottling } from "@nightjar/host/cgroup.ts";
import { watchEnvironment } from "@nightjar/host/environment.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { admissionIn, agentFactsIn } from "../fleet/agent-flags.ts";
import { armsOf } from "../fleet/arms.ts";
import { withBroker } from "../fleet/broker.ts";
import { natsAccessIn } from "../fleet/nats-flags.ts";
import { Interruptions } from "../interruptions.ts";
import { NATS_OPTION } from "../options/fleet.ts";
import type { Flags } from "../plan-flags.ts";
import type { Terminal } from "../terminal.ts";

/** The first lets its run come to its end, the second stops it, the third does so at once. */
const GIVEN_UP = 4;

/** Runs until SIGINT or SIGTERM. Returns the exit code. */
export async function agent(flags: Flags, terminal: Terminal): Promise<number> {
  const access = natsAccessIn(flags, NATS_OPTION);
  const facts = agentFactsIn(flags, randomUUID(), watchEnvironment()());
  const admission = admissionIn(flags);
  const clock = realClock(monotonicNs);
  const note = (sentence: string) => terminal.note(sentence);
  const arms = await armsOf({ clock, admission, onLoss: note });
  const name = `agent ${facts.name}`;
  const options = { access, name, note, carriesOrders: true, appendsOnly: true };
  return withBroker(options, async (bus) => {
    const throttled = watchThrottling();
    const throttledMs = () => throttled()?.ms ?? null;
    const one = new Agent({ bus, clock, facts, arms, note, throttledMs });
    const gone = untilGone(one, note);
    note(`${described(facts)} waits for runs at ${shownServers(access.servers)}`);
    return gone;
  });
}

function described({ name, cores, cpuQuota }: AgentFacts): string {
  const quota = cpuQuota === null ? "" : `, of which ${cpuQuota} may be used`;
  return `agent ${name} (${counted(cores, "core")}${quota})`;
}

async function untilGone(one: Agent, note: (sentence: string) => void): Promise<number> {
  const givenUp = Promise.withResolvers<number>();
  const interruptions = new Interruptions((name) => {
    const { count } = interruptions;
    if (count >= GIVEN_UP) return givenUp.resolve(EXIT.interrupted);
    note(sentenceFor(name, count, one.state.is === "busy"));
    one.leave(`it was told to leave (${name})`);
  });
  try {
    return await Promise.race([one.gone.then(() => EXIT.pass), givenUp.promise]);
  } finally {
    interruptions.release();
  }
}

function sentenceFor(name: string, count: number, isBusy: boolean): string {
  if (!isBusy) return `${name}: leaving`;
  if (count === 1) return `${name}: leaving after this run; once more to stop it`;
  const end = count === 2 ? "stopping the run; once more to end it at once" : "ending at once";
  return `${name}: ${end}`;
}
