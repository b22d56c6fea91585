/**
 * Plan: everything that a run needs, validated and frozen before anything starts. A resolved Plan
 * is itself a valid document, and resolving it again changes nothing.
 */
import { NightjarError } from "./errors.ts";
import { parsePlanDocument } from "./plan-refusal.ts";
import { LIMIT, type ParsedDocument, type PlanDocument, type Target } from "./plan-schema.ts";
import { formatDuration, parseDurationNs, parseRate, SECOND_NS } from "./quantity.ts";
import { parseThreshold } from "./threshold.ts";

export interface Load {
  readonly model: "open" | "closed";
  /** Per second, total; `max` in the closed loop. */
  readonly rate: number | "max";
  readonly arrivals: "constant" | "poisson";
  readonly connections: number;
  readonly requests?: number;
  readonly maxBacklog: number;
}

export interface Plan extends Omit<ParsedDocument, "load"> {
  readonly load: Load;
  readonly duration: string;
  readonly connectTimeout: string;
  readonly drain: string;
}

/**
 * The plan's durations in nanoseconds. `endNs` (warm-up + duration) is infinite when `requests`
 * ends the run.
 */
export interface Timing {
  readonly warmupNs: number;
  readonly endNs: number;
  readonly timeoutNs: number;
  readonly connectTimeoutNs: number;
  readonly drainNs: number;
}

const DEFAULT_RATE_PER_S = 100;
const DEFAULT_DURATION = "10s";
const MAX_DURATION_NS = 7 * 24 * 3600 * SECOND_NS;
const MAX_TIMEOUT_NS = 3600 * SECOND_NS;
const MAX_DRAIN_NS = 5 * SECOND_NS;
const CLOSED_CONNECTIONS = 50;
const OPEN_CONNECTIONS = { least: 16, most: 1000, secondsOfRate: 0.1 };
const BACKLOG = { least: 1000, most: 1_000_000 };

function refuse(where: string, message: string, hint?: string): never {
  throw new NightjarError("bad-plan", `${where}: ${message}`, hint);
}

function resolveRate(document: ParsedDocument): { model: "open" | "closed"; rate: number | "max" } {
  const written = document.load.rate;
  const rate = typeof written === "string" ? parseRate(written) : written;
  const model = document.load.model ?? (rate === "max" ? "closed" : "open");
  if (model === "open" && rate === "max") {
    refuse("load.rate", 'the open loop needs a number, found "max"', "use --model closed");
  }
  if (model === "closed" && rate !== undefined && rate !== "max") {
    refuse(
      "load.rate",
      `the closed loop sends as fast as answers come, found ${rate}/s`,
      "leave the rate out (or max), or use the open model",
    );
  }
  if (typeof rate === "number" && rate <= 0) refuse("load.rate", "a rate is above zero, found 0");
  if (typeof rate === "number" && rate > LIMIT.ratePerS) {
    refuse("load.rate", `at most ${LIMIT.ratePerS}/s, found ${rate}/s`);
  }
  return { model, rate: model === "closed" ? "max" : (rate ?? DEFAULT_RATE_PER_S) };
}

/** Enough for answers of 100 ms at the plan's rate; a closed loop has 50 unless told otherwise. */
function resolveConnections(document: ParsedDocument, rate: number | "max"): number {
  const written = document.load.connections;
  if (written !== "auto") return written;
  if (rate === "max") return CLOSED_CONNECTIONS;
  const wanted = Math.ceil(rate * OPEN_CONNECTIONS.secondsOfRate);
  return Math.min(Math.max(wanted, OPEN_CONNECTIONS.least), OPEN_CONNECTIONS.most);
}

/** One timeout's worth of arrivals: what has waited longer is of no use to anybody. */
function resolveBacklog(document: ParsedDocument, rate: number | "max"): number {
  const written = document.load.maxBacklog;
  if (written !== "auto") return written;
  if (rate === "max") return 0;
  const wanted = Math.ceil((rate * parseDurationNs(document.timeout)) / SECOND_NS);
  return Math.min(Math.max(wanted, BACKLOG.least), BACKLOG.most);
}

function resolveLoad(document: ParsedDocument): Load {
  const { model, rate } = resolveRate(document);
  if (model === "closed" && document.load.arrivals !== "constant") {
    refuse("load.arrivals", "arrivals belong to the open loop, and this plan's model is closed");
  }
  return {
    model,
    rate,
    arrivals: document.load.arrivals,
    connections: resolveConnections(document, rate),
    ...(document.load.requests === undefined ? {} : { requests: document.load.requests }),
    maxBacklog: resolveBacklog(document, rate),
  };
}

function resolveDuration(document: ParsedDocument): string {
  const { requests } = document.load;
  const duration = document.duration ?? (requests === undefined ? DEFAULT_DURATION : "unlimited");
  if (duration === "unlimited" && requests === undefined) {
    refuse("duration", "an unlimited run needs load.requests to end it");
  }
  if (requests !== undefined && parseDurationNs(document.warmup) > 0) {
    refuse("warmup", "load.requests counts every exchange, so it does not go with a warm-up");
  }
  return duration === "unlimited" ? duration : bounded("duration", duration, MAX_DURATION_NS);
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

/** The URL in its normal form. Throws `bad-plan` for anything but http(s) without credentials. */
export function parseTargetUrl(text: string, where = "targets[0].url"): URL {
  const withScheme = text.includes("://");
  const url = URL.parse(text);
  if (!url || !withScheme) {
    refuse(where, `"${text}" is not an absolute URL`, "write it like http://host:port/path");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    refuse(where, `http:// or https:// is allowed, found ${url.protocol}//`);
  }
  if (url.username || url.password) {
    refuse(where, "credentials in a URL would show in results", "send an Authorization header");
  }
  url.hash = "";
  return url;
}

const FRAMING_HEADER = /^(content-length|transfer-encoding|connection)$/i;

/** The header of the exchange number may neither frame the request nor stand in it already. */
function checkNumberHeader({ numberHeader, targets }: ParsedDocument): void {
  if (numberHeader === undefined) return;
  if (FRAMING_HEADER.test(numberHeader) || /^host$/i.test(numberHeader)) {
    refuse("numberHeader", `"${numberHeader}" is set by Nightjar, since it frames the request`);
  }
  const isTaken = (name: string) => name.toLowerCase() === numberHeader.toLowerCase();
  if (targets.some((target) => Object.keys(target.headers).some(isTaken))) {
    refuse("numberHeader", `"${numberHeader}" is among the headers of the target already`);
  }
}

function resolveTarget(target: Target, index: number): Target {
  const where = `targets[${index}]`;
  const url = parseTargetUrl(target.url, `${where}.url`);
  if (target.body !== undefined && target.bodyFile !== undefined) {
    refuse(where, "body and bodyFile contradict each other", "keep one");
  }
  const names = Object.keys(target.headers);
  if (names.length > LIMIT.headers) refuse(`${where}.headers`, `at most ${LIMIT.headers} headers`);
  for (const name of names) {
    if (FRAMING_HEADER.test(name)) {
      refuse(`${where}.headers`, `"${name}" is set by Nightjar, since it frames the request`);
    }
  }
  return { ...target, url: url.href };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/**
 * Validates `document`, fills in every default and freezes. Throws `bad-plan` with the path of the
 * fault.
 */
export function resolvePlan(document: PlanDocument | unknown): Plan {
  const parsed = parsePlanDocument(document);
  const timeout = bounded("timeout", parsed.timeout, MAX_TIMEOUT_NS);
  const drainNs = Math.min(parseDurationNs(timeout), MAX_DRAIN_NS);
  checkNumberHeader(parsed);
  for (const [index, text] of parsed.thresholds.entries()) {
    parseThreshold(text, `thresholds[${index}]`);
  }
  return deepFreeze({
    ...parsed,
    targets: parsed.targets.map(resolveTarget),
    load: resolveLoad(parsed),
    duration: resolveDuration(parsed),
    warmup: atMost("warmup", parsed.warmup, MAX_DURATION_NS),
    timeout,
    connectTimeout: bounded("connectTimeout", parsed.connectTimeout ?? timeout, MAX_TIMEOUT_NS),
    drain: atMost("drain", parsed.drain ?? formatDuration(drainNs), MAX_TIMEOUT_NS),
  });
}

export function timing(plan: Plan): Timing {
  const warmupNs = parseDurationNs(plan.warmup);
  const unlimited = plan.duration === "unlimited";
  return {
    warmupNs,
    endNs: unlimited ? Number.POSITIVE_INFINITY : warmupNs + parseDurationNs(plan.duration),
    timeoutNs: parseDurationNs(plan.timeout),
    connectTimeoutNs: parseDurationNs(plan.connectTimeout),
    drainNs: parseDurationNs(plan.drain),
  };
}

const SECRET_HEADER = /auth|cookie|token|secret|api-?key|password|credential|session|signature/i;

/** The plan as it may be shown: values of headers that carry secrets are replaced. */
export function redactPlan(plan: Plan): Plan {
  const targets = plan.targets.map((target) => ({
    ...target,
    headers: Object.fromEntries(
      Object.entries(target.headers).map(([name, value]) => [
        name,
        SECRET_HEADER.test(name) ? "[redacted]" : value,
      ]),
    ),
  }));
  return { ...plan, targets };
}
