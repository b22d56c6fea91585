/**
 * Plan: everything that a run needs, validated and frozen before anything starts. A resolved Plan
 * is itself a valid document, and resolving it again changes nothing.
 */
import { parseChecks } from "./check.ts";
import { REDACTED, speaksOfSecret } from "./header-secrecy.ts";
import { resolveConnection, resolveTls } from "./plan-connection.ts";
import { type Load, refuse, resolveLoad, resolveStages } from "./plan-load.ts";
import { parsePlanDocument } from "./plan-refusal.ts";
import type { ParsedDocument, PlanDocument } from "./plan-schema.ts";
import { resolveTargets, targetNames } from "./plan-target.ts";
import { formatDuration, parseDurationNs, SECOND_NS } from "./quantity.ts";
import { parseRecordHeaders } from "./record-header.ts";
import { parseStopCondition } from "./stop-condition.ts";
import { isEnvAlone } from "./template-env.ts";
import { parseThreshold } from "./threshold.ts";

export type { Load };

export interface Plan extends Omit<ParsedDocument, "load"> {
  readonly load: Load;
  readonly duration: string;
  readonly connectTimeout: string;
  readonly drain: string;
}

const DEFAULT_DURATION = "10s";
const MAX_DURATION_NS = 7 * 24 * 3600 * SECOND_NS;
const MAX_TIMEOUT_NS = 3600 * SECOND_NS;
const MAX_DRAIN_NS = 5 * SECOND_NS;

/** `staged`: what the stages last together. */
function resolveDuration(document: ParsedDocument, staged: string | undefined): string {
  const { requests } = document.load;
  if (requests !== undefined && parseDurationNs(document.warmup) > 0) {
    refuse("warmup", "load.requests counts every exchange, so it does not go with a warm-up");
  }
  if (staged !== undefined) return durationOfStages(document.duration, staged);
  const duration = document.duration ?? (requests === undefined ? DEFAULT_DURATION : "unlimited");
  if (duration === "unlimited" && requests === undefined) {
    refuse("duration", "an unlimited run needs load.requests to end it");
  }
  return duration === "unlimited" ? duration : bounded("duration", duration, MAX_DURATION_NS);
}

/** A resolved plan says it beside its stages. */
function durationOfStages(written: string | undefined, staged: string): string {
  const same = written === "unlimited" ? undefined : written;
  if (written !== undefined && parseDurationNs(same ?? "0s") !== parseDurationNs(staged)) {
    refuse("duration", `the stages last ${staged} together, found ${written}`, "leave it out");
  }
  return bounded("load.stages", staged, MAX_DURATION_NS);
}

function bounded(where: string, text: string, mostNs: number): string {
  if (parseDurationNs(text) <= 0) refuse(where, `longer than zero, found ${text}`);
  return atMost(where, text, mostNs);
}

function atMost(where: string, text: string, mostNs: number): string {
  const ns = parseDurationNs(text);
  if (ns > mostNs) refuse(where, `at most ${formatDuration(mostNs)}, found ${text}`);
  return formatDuration(ns);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** Thresholds and stop conditions speak of stages, targets and headers that the plan has. */
function checkClaims({ thresholds, stopOn, load, targets, recordHeaders }: ParsedDocument): void {
  const vocabulary = {
    stages: load.stages?.length ?? 1,
    targets: targetNames(targets),
    recordHeaders: parseRecordHeaders(recordHeaders).map(({ label }) => label),
  };
  for (const [index, text] of thresholds.entries()) {
    parseThreshold(text, `thresholds[${index}]`, vocabulary);
  }
  for (const [index, text] of stopOn.entries()) {
    parseStopCondition(text, `stopOn[${index}]`, vocabulary);
  }
}

/**
 * Validates `document`, fills in every default and freezes. Throws `bad-plan` with the path of the
 * fault.
 */
export function resolvePlan(document: PlanDocument | unknown): Plan {
  const parsed = parsePlanDocument(document);
  const timeout = bounded("timeout", parsed.timeout, MAX_TIMEOUT_NS);
  const drainNs = Math.min(parseDurationNs(timeout), MAX_DRAIN_NS);
  const stages = resolveStages(parsed);
  const load = resolveLoad(parsed, stages);
  if (parsed.probe && load.model === "closed") {
    refuse("probe", "a probe is nearly idle, and in the closed loop nobody is", "give a rate");
  }
  if (parsed.generatorAddresses.length > 0 && parsed.generator !== "nighthawk") {
    const found = `found generator: ${parsed.generator}`;
    refuse("generatorAddresses", `nighthawk alone is driven at an address, ${found}`);
  }
  parseChecks(parsed.checks);
  checkClaims(parsed);
  const targets = resolveTargets(parsed);
  return deepFreeze({
    ...parsed,
    targets,
    connection: resolveConnection(parsed, targets),
    tls: resolveTls(parsed, targets),
    load,
    duration: resolveDuration(parsed, stages?.duration),
    warmup: atMost("warmup", parsed.warmup, MAX_DURATION_NS),
    timeout,
    connectTimeout: bounded("connectTimeout", parsed.connectTimeout ?? timeout, MAX_TIMEOUT_NS),
    drain: atMost("drain", parsed.drain ?? formatDuration(drainNs), MAX_TIMEOUT_NS),
  });
}

type Headers = Readonly<Record<string, string>>;

function redactHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const isSecret = speaksOfSecret(name) && !isEnvAlone(value);
      return [name, isSecret ? REDACTED : value];
    }),
  );
}

/** `NAME: VALUE` */
function redactHeaderCheck(text: string): string {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(colon, 0));
  return speaksOfSecret(name) ? `${name}: ${REDACTED}` : text;
}

/** The plan as it may be shown: values of headers that carry secrets are replaced. */
export function redactPlan(plan: Plan): Plan {
  const targets = plan.targets.map((target) => ({
    ...target,
    headers: redactHeaders(target.headers),
  }));
  const { connection, checks } = plan;
  const proxyHeaders = redactHeaders(connection.proxyHeaders);
  return {
    ...plan,
    targets,
    connection: { ...connection, proxyHeaders },
    checks: { ...checks, headers: checks.headers.map(redactHeaderCheck) },
  };
}
