/** Options of runs over many machines: how NATS is reached, who takes part, what a loss means. */
import { LOST_AGENT } from "@nightjar/fleet/messages.ts";
import { JSON_OPTION } from "./generators.ts";
import { NO_COLOR_OPTION, OUTPUT_OPTION } from "./output.ts";
import type { Group, OptionRow } from "./row.ts";

const PROOF = "flags/fleet.test.ts";

export const NATS_OPTION: OptionRow = {
  flag: "--nats",
  value: "URL",
  group: "Fleet",
  kind: "word",
  help: "nats://HOST:PORT or tls://HOST:PORT; several of one cluster with commas between them",
  example: "--nats nats://bus:4222",
  proof: PROOF,
};

export const FLEET_OPTION: OptionRow = {
  flag: "--fleet",
  value: "URL",
  group: "Fleet",
  kind: "word",
  help:
    "send the load from the agents at this NATS server, not from this machine; several of one " +
    "cluster with commas between them",
  example: "--fleet nats://bus:4222 --agents 8",
  proof: PROOF,
};

/** Of whoever connects to NATS. */
export const ACCESS_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--creds",
    value: "FILE",
    group: "Fleet",
    kind: "word",
    help: "credentials for NATS: a .creds file",
    default: "NIGHTJAR_NATS_USER and NIGHTJAR_NATS_PASSWORD of the environment",
    proof: PROOF,
  },
  {
    flag: "--token-file",
    value: "FILE",
    group: "Fleet",
    kind: "word",
    help: "token for NATS: the one line of this file",
    default: "NIGHTJAR_NATS_TOKEN of the environment",
    proof: PROOF,
  },
  {
    flag: "--tls-ca",
    value: "FILE",
    group: "Fleet",
    kind: "word",
    help: "trust the certificate authorities in this PEM file, of NATS alone",
    proof: PROOF,
  },
  {
    flag: "--tls-cert",
    value: "FILE",
    group: "Fleet",
    kind: "word",
    help: "show NATS this certificate chain (PEM); its key is --tls-key",
    proof: PROOF,
  },
  {
    flag: "--tls-key",
    value: "FILE",
    group: "Fleet",
    kind: "word",
    help: "private key (PEM) of --tls-cert",
    proof: PROOF,
  },
];

export const AGENTS_OPTION: OptionRow = {
  flag: "--agents",
  value: "N",
  group: "Fleet",
  kind: "word",
  help: "how many agents share the load, or how many of each label: LABEL=VALUE:N,…",
  example: "--agents zone=eu:4,zone=us:4",
  proof: PROOF,
};

export const LOST_AGENT_OPTION: OptionRow = {
  flag: "--lost-agent",
  value: "POLICY",
  group: "Fleet",
  kind: "word",
  choices: LOST_AGENT,
  help:
    "when an agent is lost or sick: fail ends the run, degrade goes on without it; either way " +
    "the verdict is inconclusive",
  default: "fail",
  proof: PROOF,
};

export const LEASE_OPTION: OptionRow = {
  flag: "--lease",
  value: "TIME",
  group: "Fleet",
  kind: "word",
  help: "an agent that has not heard its coordinator for so long stops sending",
  default: "5s",
  proof: PROOF,
};

export const ORPHAN_LIMIT_OPTION: OptionRow = {
  flag: "--orphan-limit",
  value: "TIME",
  group: "Fleet",
  kind: "word",
  help: "with --lost-agent degrade: for so long agents go on when the coordinator alone has died",
  default: "1m",
  proof: PROOF,
};

export const STREAM_REPLICAS_OPTION: OptionRow = {
  flag: "--stream-replicas",
  value: "N",
  group: "Fleet",
  kind: "word",
  help: "on so many servers of a NATS cluster is what is measured kept, 1 to 5",
  default: "3 where the cluster has so many with room, else 1",
  proof: PROOF,
};

/** Of `run`, beside `--fleet`: without it they say nothing. */
export const FLEET_RUN_OPTIONS: readonly OptionRow[] = [
  AGENTS_OPTION,
  LOST_AGENT_OPTION,
  LEASE_OPTION,
  ORPHAN_LIMIT_OPTION,
  STREAM_REPLICAS_OPTION,
  ...ACCESS_OPTIONS,
];

export const MAX_CLOCK_ERROR_OPTION: OptionRow = {
  flag: "--max-clock-error",
  value: "TIME",
  group: "Fleet",
  kind: "word",
  path: ["maxClockError"],
  help: "how far an agent's clock may be off, with the doubt about that",
  default: "no limit",
  proof: PROOF,
};

export const FLEET_OPTIONS: readonly OptionRow[] = [
  FLEET_OPTION,
  ...FLEET_RUN_OPTIONS,
  MAX_CLOCK_ERROR_OPTION,
];

export const AGENT_NAME_OPTION: OptionRow = agentRow({
  flag: "--name",
  value: "NAME",
  kind: "word",
  help: "what people call it",
  default: "the name of the host",
});

export const AGENT_LABEL_OPTION: OptionRow = agentRow({
  flag: "--label",
  value: "KEY=VALUE",
  kind: "label",
  help: "by which runs choose it; repeatable",
  example: "--label zone=eu",
});

export const MAX_RATE_OPTION: OptionRow = agentRow({
  flag: "--max-rate",
  value: "RATE",
  kind: "rate",
  help: "more than this it does not send: 5000, 500/s, 30/m",
  default: "no limit",
});

export const ALLOW_TARGET_OPTION: OptionRow = agentRow({
  flag: "--allow-target",
  value: "PATTERN",
  kind: "list",
  help:
    "where it may send load: HOST, *.HOST, an address or a network (10.0.0.0/8), each with or " +
    "without :PORT; repeatable",
  default: "anywhere",
  example: "--allow-target '*.shop.example:443'",
});

export const AGENT_OPTIONS: readonly OptionRow[] = [
  NATS_OPTION,
  ...ACCESS_OPTIONS,
  AGENT_NAME_OPTION,
  AGENT_LABEL_OPTION,
  MAX_RATE_OPTION,
  ALLOW_TARGET_OPTION,
];

export const LIST_OPTIONS: readonly OptionRow[] = [
  NATS_OPTION,
  ...ACCESS_OPTIONS,
  JSON_OPTION,
  NO_COLOR_OPTION,
];

function agentRow(row: Omit<OptionRow, "group" | "proof">): OptionRow {
  const group: Group = "Agent";
  return { ...row, group, proof: PROOF };
}

export const EXCLUDE_OPTION: OptionRow = {
  flag: "--exclude",
  value: "AGENT",
  group: "Fleet",
  kind: "list",
  help: "as if this agent had been lost from the start: by name, id or number; repeatable",
  proof: PROOF,
};

export const COLLECT_OPTIONS: readonly OptionRow[] = [
  NATS_OPTION,
  ...ACCESS_OPTIONS,
  EXCLUDE_OPTION,
  OUTPUT_OPTION,
  NO_COLOR_OPTION,
];
