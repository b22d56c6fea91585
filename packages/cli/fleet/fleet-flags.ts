/** What the flags of `run` say of a fleet: whether there is one, who takes part, on what terms. */
import { DURATION_PATTERN, formatDuration, parseDurationNs } from "@nightjar/core/plan/quantity.ts";
import { type Demand, parseDemands } from "@nightjar/fleet/coordinator/demand.ts";
import { LEASE } from "@nightjar/fleet/limits.ts";
import type { LostAgent } from "@nightjar/fleet/messages.ts";
import {
  AGENTS_OPTION,
  FLEET_OPTION,
  FLEET_RUN_OPTIONS,
  LEASE_OPTION,
  LOST_AGENT_OPTION,
  MAX_CLOCK_ERROR_OPTION,
  ORPHAN_LIMIT_OPTION,
  STREAM_REPLICAS_OPTION,
} from "../options/fleet.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { refuseOption, shown } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";

export interface FleetTerms {
  readonly demands: readonly Demand[];
  readonly lostAgent: LostAgent;
  readonly leaseNs: number;
  readonly orphanNs: number;
  readonly streamReplicas?: number;
}

/** As NATS has it. */
const MOST_REPLICAS = 5;

/** What takes the place of an option that was meant for the target. */
const OF_TARGET: Readonly<Record<string, string>> = {
  "--tls-ca": "--cacert",
  "--tls-cert": "--cert",
  "--tls-key": "--key",
};

export function isOnFleet(flags: Flags): boolean {
  return flags[keyOf(FLEET_OPTION)] !== undefined;
}

/** Throws `bad-usage` for options that say nothing without a fleet. */
export function refuseFleetOptions(flags: Flags): void {
  const row = [...FLEET_RUN_OPTIONS, MAX_CLOCK_ERROR_OPTION].find(
    (one) => flags[keyOf(one)] !== undefined,
  );
  if (row === undefined) return;
  const twin = OF_TARGET[row.flag];
  const hint = "name the NATS server of the fleet by --fleet URL";
  refuseOption(
    row,
    "the load is sent from this machine, and this is of a fleet",
    twin === undefined ? hint : `${hint}; for the target it is ${twin}`,
  );
}

/** Throws `bad-usage`. */
export function fleetTermsIn(flags: Flags): FleetTerms {
  const lostAgent = (textIn(flags, LOST_AGENT_OPTION) ?? "fail") as LostAgent;
  const terms = { demands: demandsIn(flags), lostAgent, ...leaseIn(flags, lostAgent) };
  return { ...terms, streamReplicas: replicasIn(flags) };
}

function replicasIn(flags: Flags): number | undefined {
  const text = textIn(flags, STREAM_REPLICAS_OPTION);
  if (text === undefined) return undefined;
  const replicas = /^\d$/.test(text) ? Number(text) : 0;
  if (replicas >= 1 && replicas <= MOST_REPLICAS) return replicas;
  return refuseOption(
    STREAM_REPLICAS_OPTION,
    `a whole number from 1 to ${MOST_REPLICAS} is wanted, found ${shown(text)}`,
  );
}

function demandsIn(flags: Flags): readonly Demand[] {
  const text = textIn(flags, AGENTS_OPTION);
  if (text !== undefined) return parseDemands(text);
  return refuseOption(
    AGENTS_OPTION,
    "how many agents are to share the load is wanted, found nothing",
    "--agents 2; nightjar agents --nats URL lists who is there",
  );
}

function leaseIn(flags: Flags, lostAgent: LostAgent): Pick<FleetTerms, "leaseNs" | "orphanNs"> {
  const { leastNs, mostNs, defaultNs, defaultOrphanNs } = LEASE;
  const leaseNs = durationIn(flags, LEASE_OPTION, leastNs, mostNs) ?? defaultNs;
  const orphanNs = durationIn(flags, ORPHAN_LIMIT_OPTION, 0, LEASE.mostOrphanNs);
  if (orphanNs !== undefined && lostAgent === "fail") {
    refuseOption(
      ORPHAN_LIMIT_OPTION,
      "by --lost-agent fail nobody goes on alone",
      `--lost-agent degrade ${ORPHAN_LIMIT_OPTION.flag} ${textIn(flags, ORPHAN_LIMIT_OPTION)}`,
    );
  }
  return { leaseNs, orphanNs: orphanNs ?? defaultOrphanNs };
}

function durationIn(
  flags: Flags,
  row: OptionRow,
  leastNs: number,
  mostNs: number,
): number | undefined {
  const text = textIn(flags, row);
  if (text === undefined) return undefined;
  const ns = DURATION_PATTERN.test(text) ? parseDurationNs(text) : Number.NaN;
  if (ns >= leastNs && ns <= mostNs) return ns;
  const least = leastNs === 0 ? "0s" : formatDuration(leastNs);
  return refuseOption(
    row,
    `a duration from ${least} to ${formatDuration(mostNs)} is wanted, found ${shown(text)}`,
  );
}

function textIn(flags: Flags, row: OptionRow): string | undefined {
  return flags[keyOf(row)] as string | undefined;
}
