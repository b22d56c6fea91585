/**
 * The grammar of behaviours: `delay=exp:20ms&status=503:1`, the same in a query, a header and an
 * option. The items are listed in ITEMS; percentages may have decimals and no list may exceed 100.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Chance, Duration } from "./draw.ts";

export const DURATION_NS_MAX = 3_600e9;
export const BODY_BYTES_MAX = 16 * 1024 * 1024;
export const BEHAVIOUR_CHARACTERS_MAX = 2048;

/**
 * A behaviour that cannot be understood; the message is one sentence for the person who wrote it.
 */
export class BehaviourError extends NightjarError {
  constructor(message: string) {
    super("bad-usage", message, "A behaviour looks like delay=exp:20ms&status=503:1.");
  }
}

export interface QueueItem {
  /** Requests with the same name share one server; the discipline is part of the name. */
  name: string;
  service: Duration;
}

/** How the end of a body is told: by its length, by chunks, or by the end of the connection. */
export type Framing = "length" | "chunked" | "close";

export interface Behaviour {
  delay: Duration | undefined;
  queue: QueueItem | undefined;
  statuses: readonly Chance[];
  /** The status where none of `statuses` is drawn. */
  status: number;
  /** Undefined: the reason phrase of the status is the body. */
  bodyBytes: number | undefined;
  framing: Framing;
  /** Close the connection after so many answers; 0: never. */
  closeAfter: number;
  /** Probabilities. */
  reset: number;
  silence: number;
  abort: number;
  interim: boolean;
}

interface Draft extends Behaviour {
  queueText: string | undefined;
  serviceText: string | undefined;
}

const UNITS_NS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/** "1.5ms" → 1500000. Throws BehaviourError. */
export function parseDurationNs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)$/.exec(text) ?? [];
  if (amount === undefined) throw new BehaviourError(`"${text}" is not a duration such as 20ms.`);
  const ns = Math.round(Number(amount) * UNITS_NS[unit]);
  if (ns > DURATION_NS_MAX) throw new BehaviourError(`${text} is longer than an hour.`);
  return ns;
}

function parseInteger(text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new BehaviourError(`"${text}" is not a whole number from ${min} to ${max}.`);
}

function parseShare(text: string): number {
  const percent = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (percent <= 100) return percent / 100;
  throw new BehaviourError(`"${text}" is not a percentage from 0 to 100.`);
}

function parseFlag(text: string): boolean {
  if (text === "1" || text === "0") return text === "1";
  throw new BehaviourError(`"${text}" is neither 1 nor 0.`);
}

/** `503:1,404:5`: values with percentages, as cumulative chances. */
function parseChances(text: string, parseValue: (text: string) => number): Chance[] {
  let below = 0;
  const chances = text.split(",").map((part) => {
    const colon = part.lastIndexOf(":");
    if (colon < 0) throw new BehaviourError(`"${part}" needs a percentage, as in ${part}:10.`);
    below += parseShare(part.slice(colon + 1));
    return { value: parseValue(part.slice(0, colon)), below };
  });
  if (below > 1 + 1e-9) throw new BehaviourError(`The percentages of "${text}" exceed 100.`);
  return chances;
}

function parseDuration(text: string): Duration {
  if (text.startsWith("exp:"))
    return { kind: "exponential", meanNs: parseDurationNs(text.slice(4)) };
  if (!text.includes(":")) return { kind: "fixed", ns: parseDurationNs(text) };
  return { kind: "chances", chances: parseChances(text, parseDurationNs) };
}

function parseStatus(text: string): number {
  return parseInteger(text, 200, 599);
}

function setStatus(draft: Draft, text: string): void {
  if (text.includes(":")) draft.statuses = parseChances(text, parseStatus);
  else draft.status = parseStatus(text);
}

function setFraming(draft: Draft, text: string, framing: Framing): void {
  if (!parseFlag(text)) return;
  if (draft.framing !== "length")
    throw new BehaviourError("chunked and untilclose exclude one another.");
  draft.framing = framing;
}

const ITEMS: Record<string, (draft: Draft, text: string) => void> = {
  delay: (draft, text) => (draft.delay = parseDuration(text)),
  queue: (draft, text) => (draft.queueText = text),
  service: (draft, text) => (draft.serviceText = text),
  status: setStatus,
  size: (draft, text) => (draft.bodyBytes = parseInteger(text, 0, BODY_BYTES_MAX)),
  chunked: (draft, text) => setFraming(draft, text, "chunked"),
  untilclose: (draft, text) => setFraming(draft, text, "close"),
  close: (draft, text) => (draft.closeAfter = parseInteger(text, 1, 1e9)),
  reset: (draft, text) => (draft.reset = parseShare(text)),
  silence: (draft, text) => (draft.silence = parseShare(text)),
  abort: (draft, text) => (draft.abort = parseShare(text)),
  interim: (draft, text) => (draft.interim = parseFlag(text)),
};

/** `queue=mm1[:name]&service=2ms`: the mean service time, exponential for mm1 and fixed for md1. */
function parseQueue(draft: Draft): QueueItem | undefined {
  if (draft.queueText === undefined && draft.serviceText === undefined) return undefined;
  const discipline = /^(mm1|md1)(:[\w.-]+)?$/.exec(draft.queueText ?? "")?.[1];
  if (discipline === undefined)
    throw new BehaviourError(`queue is mm1 or md1 with a name if you like, as in mm1:disk.`);
  if (draft.serviceText === undefined) throw new BehaviourError("queue needs service=<duration>.");
  if (draft.delay) throw new BehaviourError("delay and queue exclude one another.");
  const meanNs = parseDurationNs(draft.serviceText);
  const exponential: Duration = { kind: "exponential", meanNs };
  const service: Duration = discipline === "mm1" ? exponential : { kind: "fixed", ns: meanNs };
  return { name: draft.queueText as string, service };
}

function emptyDraft(): Draft {
  return {
    delay: undefined,
    queue: undefined,
    statuses: [],
    status: 200,
    bodyBytes: undefined,
    framing: "length",
    closeAfter: 0,
    reset: 0,
    silence: 0,
    abort: 0,
    interim: false,
    queueText: undefined,
    serviceText: undefined,
  };
}

function parseItem(draft: Draft, key: string, text: string): void {
  const set = Object.hasOwn(ITEMS, key) ? ITEMS[key] : undefined;
  if (set === undefined)
    throw new BehaviourError(
      `"${key}" is not a behaviour; known are ${Object.keys(ITEMS).join(", ")}.`,
    );
  try {
    set(draft, text);
  } catch (error) {
    if (!(error instanceof BehaviourError)) throw error;
    throw new BehaviourError(`${key}: ${error.message}`);
  }
}

/** Parses `key=value&…` (form-encoded, so %3A is a colon). Throws BehaviourError. */
export function parseBehaviour(text: string): Behaviour {
  if (text.length > BEHAVIOUR_CHARACTERS_MAX)
    throw new BehaviourError(`A behaviour has at most ${BEHAVIOUR_CHARACTERS_MAX} characters.`);
  const draft = emptyDraft();
  const seen = new Set<string>();
  for (const [key, value] of new URLSearchParams(text.trim())) {
    if (seen.has(key)) throw new BehaviourError(`${key} is given twice.`);
    seen.add(key);
    parseItem(draft, key, value);
  }
  const { queueText: _queue, serviceText: _service, ...behaviour } = draft;
  return { ...behaviour, queue: parseQueue(draft) };
}
