/** `nightjar agents`: who of a fleet is there, and what each does. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { Roster } from "@nightjar/fleet/coordinator/roster.ts";
import type { Heartbeat } from "@nightjar/fleet/messages.ts";
import { shownServers } from "@nightjar/fleet/nats/access.ts";
import { agentsText } from "@nightjar/formats/human/agents.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { withBroker } from "../fleet/broker.ts";
import { natsAccessIn } from "../fleet/nats-flags.ts";
import { NATS_OPTION } from "../options/fleet.ts";
import { JSON_OPTION } from "../options/generators.ts";
import { keyOf } from "../options/row.ts";
import type { Flags } from "../plan-flags.ts";
import type { Terminal } from "../terminal.ts";

/** What keeps them from being heard is told before. */
const UNKNOWN = "which agents are there is not known";

export async function listAgents(flags: Flags, terminal: Terminal): Promise<void> {
  const access = natsAccessIn(flags, NATS_OPTION);
  let isDisturbed = false;
  const note = (sentence: string) => {
    isDisturbed = true;
    terminal.note(sentence);
  };
  const present = await withBroker({ access, name: "list of agents", note }, async (bus) => {
    const roster = new Roster(bus, realClock(monotonicNs));
    await roster.callRoll();
    roster.close();
    return roster.present();
  });
  const agents = present.map(flat).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (agents.length === 0 && isDisturbed) throw new NightjarError("lost", UNKNOWN);
  if (flags[keyOf(JSON_OPTION)] === true) {
    terminal.print(`${JSON.stringify(agents, null, 2)}\n`);
  } else if (agents.length > 0) terminal.print(agentsText(agents, terminal));
  else terminal.note(nobodyAt(shownServers(access.servers)));
}

function flat({ facts, state }: Heartbeat) {
  return { ...facts, state };
}

function nobodyAt(servers: string): string {
  return (
    `no agent is there, at ${servers}\n` +
    `  nightjar agent --nats '${servers.replaceAll(" ", "")}' starts one`
  );
}
