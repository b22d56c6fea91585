/** What the flags of `nightjar agent` say of it: who it is, and what it does not do. */
import { parseRate } from "@nightjar/core/plan/quantity.ts";
import type { Environment } from "@nightjar/core/record/environment.ts";
import { VERSION } from "@nightjar/core/version.ts";
import type { Admission } from "@nightjar/fleet/agent/admission.ts";
import { parseTargetPattern, type TargetPattern } from "@nightjar/fleet/agent/target-pattern.ts";
import { type AgentFacts, FLEET_PROTOCOL } from "@nightjar/fleet/messages.ts";
import {
  AGENT_LABEL_OPTION,
  AGENT_NAME_OPTION,
  ALLOW_TARGET_OPTION,
  MAX_RATE_OPTION,
} from "../options/fleet.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { planEntry, refuseOption, shown } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";
import { inOption } from "./in-option.ts";

const MAX_LABELS = 32;
/** Commas and the like part names on other command lines. */
const NAME = /^[^\s,\p{C}]{1,64}$/u;
const LABEL_PART = /^[^\s=:,\p{C}]{1,64}$/u;

function given<T>(flags: Flags, row: OptionRow): T | undefined {
  return flags[keyOf(row)] as T | undefined;
}

/** Throws `bad-usage`. `id`: new for this process. */
export function agentFactsIn(flags: Flags, id: string, environment: Environment): AgentFacts {
  const { host, cores, cpuQuota, memoryMb } = environment;
  return {
    ...{ id, host, cores, cpuQuota, memoryMb },
    name: nameIn(flags) ?? host,
    protocol: FLEET_PROTOCOL,
    version: VERSION,
    labels: labelsIn(flags),
    maxRatePerS: maxRateIn(flags),
  };
}

/** Throws `bad-usage`. */
export function admissionIn(flags: Flags): Admission {
  return { targets: targetsIn(flags), maxRatePerS: maxRateIn(flags) };
}

function nameIn(flags: Flags): string | undefined {
  const name = given<string>(flags, AGENT_NAME_OPTION);
  if (name === undefined || NAME.test(name)) return name;
  return refuseOption(
    AGENT_NAME_OPTION,
    `1 to 64 characters without blanks and commas are wanted, found ${shown(name)}`,
  );
}

function labelsIn(flags: Flags): Readonly<Record<string, string>> {
  const texts = given<string[]>(flags, AGENT_LABEL_OPTION);
  if (texts === undefined) return {};
  if (texts.length > MAX_LABELS) refuseOption(AGENT_LABEL_OPTION, `at most ${MAX_LABELS} labels`);
  const labels = planEntry(AGENT_LABEL_OPTION, texts).value as Record<string, string>;
  const bad = Object.entries(labels).find((pair) => !pair.every((part) => LABEL_PART.test(part)));
  if (bad === undefined) return labels;
  return refuseOption(
    AGENT_LABEL_OPTION,
    "KEY and VALUE are 1 to 64 characters without blanks, =, : and commas, " +
      `found ${shown(bad.join("="))}`,
    "runs choose agents by --agents KEY=VALUE:N,…",
  );
}

function maxRateIn(flags: Flags): number | null {
  const text = given<string>(flags, MAX_RATE_OPTION);
  if (text === undefined) return null;
  const rate = inOption(MAX_RATE_OPTION, () => parseRate(text));
  if (rate !== "max" && rate > 0) return rate;
  return refuseOption(MAX_RATE_OPTION, `a rate above 0 is wanted, found ${shown(text)}`);
}

function targetsIn(flags: Flags): TargetPattern[] {
  const texts = given<string[]>(flags, ALLOW_TARGET_OPTION) ?? [];
  return texts.map((text) => inOption(ALLOW_TARGET_OPTION, () => parseTargetPattern(text)));
}
