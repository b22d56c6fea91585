/**
 * Why connections do not open, as a kind and a sentence with advice: the target's doing, the
 * network's, or that of this machine, which has run out of something.
 *
 * What the runtime says is believed, but for two codes. ECONNREFUSED it also says for other things
 * (`connect-attempt.ts`): an attempt by hand is made, at most one a second for an address, and what
 * it has found holds for that second. An answer that is still on its way counts from when it has
 * come; until then the runtime is believed. EADDRNOTAVAIL the kernel says where no port is left,
 * and where no address of ours leads to the other.
 */
import { readFileSync } from "node:fs";
import { getSystemErrorMap } from "node:util";
import type { FailureKind } from "@nightjar/core/record/tally.ts";
import { type AttemptEnd, ConnectAttempt, canAttempt, hasSource } from "./connect-attempt.ts";

export interface ConnectFailure {
  readonly kind: FailureKind;
  /**
   * One sentence, of less than 200 characters; where this machine lacks something, with what to do
   * about it.
   */
  readonly sentence: string;
}

export interface ConnectTarget {
  /** An address, not a name. */
  readonly address: string;
  readonly port: number;
}

const AGAIN_AFTER_NS = 1e9;
const REFUSED = "ECONNREFUSED";
const NOT_AVAILABLE = "EADDRNOTAVAIL";

const OF_THE_PROCESS =
  "this process has all files open that it may, and each connection is one: " +
  "raise the limit (ulimit -n), or use more workers or fewer connections";
const OF_THE_MACHINE =
  "this machine has all files open that it may, and each connection is one: " +
  "raise the limit (sysctl fs.file-max), or use fewer connections";
const NO_SOURCE = "this machine has no address of that family that leads there";
const PORTS_ADVICE = "keep connections alive, use more addresses, or widen the range";

/**
 * The kernel's word for what went wrong. An attempt that got through with almost the last
 * descriptor found the process at its limit; any other that got through leaves the runtime's word.
 */
function codeOf({ errno, wasLast }: AttemptEnd): string {
  if (errno !== 0) return getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
  return wasLast ? "EMFILE" : REFUSED;
}

function wordsOf(code: string): string {
  for (const [name, message] of getSystemErrorMap().values()) if (name === code) return message;
  return code;
}

/** "32768–60999", where the kernel says so. */
function portRange(): string | undefined {
  try {
    const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    return text.trim().split(/\s+/).join("–");
  } catch {
    return undefined;
  }
}

function noPorts(to: string): string {
  const range = portRange();
  const where = range === undefined ? "" : ` (net.ipv4.ip_local_port_range: ${range})`;
  return `no local port is left for ${to}${where}: ${PORTS_ADVICE}`;
}

/** `code` as the system spells it. */
function connectFailure(code: string, { address, port }: ConnectTarget): ConnectFailure {
  const to = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  switch (code) {
    case REFUSED:
      return { kind: "connect-refused", sentence: `${to} refused the connection` };
    case "EMFILE":
      return { kind: "no-descriptors", sentence: OF_THE_PROCESS };
    case "ENFILE":
      return { kind: "no-descriptors", sentence: OF_THE_MACHINE };
    case NOT_AVAILABLE:
      return canAttempt && !hasSource(address)
        ? { kind: "connect-failed", sentence: `${to}: ${NO_SOURCE} (${code})` }
        : { kind: "no-ports", sentence: noPorts(to) };
    default:
      return { kind: "connect-failed", sentence: `${to}: ${wordsOf(code)} (${code})` };
  }
}

interface Case {
  readonly fromNs: number;
  readonly byRuntime: ConnectFailure;
  /** Absent where the runtime's word needs none. */
  readonly attempt?: ConnectAttempt;
  /** What the attempt has found; `undefined` while it is on its way. */
  found?: ConnectFailure;
}

/** Of one worker. */
export class ConnectDoctor {
  private readonly cases = new Map<string, WeakMap<ConnectTarget, Case>>();

  /**
   * A connection to `target` has not come about, and the runtime calls it `code`. The same object
   * stands for the same target. Does not wait.
   */
  failure(code: string, target: ConnectTarget, nowNs: number): ConnectFailure {
    const ofCode = this.cases.get(code) ?? new WeakMap<ConnectTarget, Case>();
    this.cases.set(code, ofCode);
    let one = ofCode.get(target);
    if (one === undefined || nowNs - one.fromNs >= AGAIN_AFTER_NS) {
      one?.attempt?.close();
      one = opened(code, target, nowNs);
      ofCode.set(target, one);
    }
    return look(one, target);
  }
}

function opened(code: string, target: ConnectTarget, fromNs: number): Case {
  const byRuntime = connectFailure(code, target);
  if (code !== REFUSED || !canAttempt) return { fromNs, byRuntime };
  return { fromNs, byRuntime, attempt: new ConnectAttempt(target.address, target.port) };
}

function look(one: Case, target: ConnectTarget): ConnectFailure {
  const end = one.attempt?.look() ?? null;
  if (one.found === undefined && end !== null) one.found = connectFailure(codeOf(end), target);
  return one.found ?? one.byRuntime;
}
