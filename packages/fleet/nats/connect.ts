/** connectNats: a Bus over NATS, or one sentence that says why there is none. */
import { jetstreamManager } from "@nats-io/jetstream";
import {
  type ConnectionOptions,
  type NatsConnection,
  PermissionViolationError,
  TimeoutError,
} from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import type { Bus, BusError } from "../bus.ts";
import { type Access, hostAndPort, type NatsAccess, readAccess } from "./access.ts";
import { connectFailure, noGreeting, refusal } from "./connect-failure.ts";
import { Connection, sleep } from "./connection.ts";
import { exposureOf } from "./exposure.ts";
import { busErrorOf, isNobody } from "./faults.ts";
import { greetingOf, type ServerFacts } from "./greeting.ts";
import { HEADER_BYTES, NatsBus } from "./nats-bus.ts";

export interface NatsOptions extends NatsAccess {
  /** By which the broker lists the connection. */
  readonly name: string;
  /** For the first connection. Default: 10 s. */
  readonly connectLimitNs?: number;
  /** Called with a sentence for people: the connection is lost, is back, may not do something. */
  readonly onNotice?: (sentence: string) => void;
  /**
   * Streams are appended to, and no more. Then one that has no JetStream will do, which is said: a
   * leaf node carries appends to the streams of its hub, though no questions about them.
   */
  readonly appendsOnly?: boolean;
  /** Called once with a sentence where others can read there, or give orders. */
  readonly onExposure?: (sentence: string) => void;
}

const CONNECT_LIMIT_NS = 10e9;
/** For one server to let us in, now and whenever the connection was lost. */
const DIAL_LIMIT_MS = 3_000;
/** A connection that has swallowed two of these is given up: after 3 s, within a lease. */
const PING_MS = 1_000;
const PINGS_OUT = 2;
/** Between two attempts at one server; all members of a fleet come back at once. */
const AGAIN_MS = { least: 200, most: 900 };
/** For JetStream to answer, before it is asked again. */
const ANSWER_MS = 2_000;
/** Less does not carry what a fleet says. */
const LEAST_PAYLOAD_BYTES = 16 * 1024;

/** @throws NightjarError */
export async function connectNats(options: NatsOptions): Promise<Bus> {
  const access = readAccess(options);
  const deadlineMs = performance.now() + (options.connectLimitNs ?? CONNECT_LIMIT_NS) / 1e6;
  const leftMs = () => Math.max(1, Math.round(deadlineMs - performance.now()));
  const facts = await greeted(access, Math.min(DIAL_LIMIT_MS, leftMs()));
  if (facts.wantsCertificate && access.tls?.cert === undefined)
    throw refusal(access, { what: "it wants a certificate of the client, and none was given" });
  const nats = await opened(options, access, facts, leftMs());
  try {
    const maxPayloadBytes = payloadRoom(nats, access);
    const shown = access.shown.join(", ");
    const connection = new Connection(nats, shown, options.onNotice ?? (() => {}));
    await requireJetStream(nats, access, leftMs, options);
    const exposure = exposureOf(access, facts);
    if (exposure !== undefined) options.onExposure?.(exposure);
    return new NatsBus(connection, maxPayloadBytes);
  } catch (error) {
    await nats.close();
    throw error;
  }
}

/** What the first one says that greets. */
async function greeted(access: Access, limitMs: number): Promise<ServerFacts> {
  const looks = access.servers.map((server) => greetingOf(server, limitMs));
  const first = looks.map(async (look) => {
    const greeting = await look;
    return greeting.is === "greeted" ? greeting.facts : Promise.reject(greeting);
  });
  try {
    return await Promise.any(first);
  } catch {
    throw noGreeting(access, await Promise.all(looks), limitMs);
  }
}

async function opened(
  options: NatsOptions,
  access: Access,
  facts: ServerFacts,
  limitMs: number,
): Promise<NatsConnection> {
  const dialMs = Math.min(DIAL_LIMIT_MS, limitMs);
  const dialling = connect(settings(options, access, dialMs));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError()), limitMs);
  });
  try {
    return await Promise.race([dialling, limit]);
  } catch (error) {
    // One that comes too late is not wanted any more.
    dialling.then((late) => late.close()).catch(() => {});
    throw connectFailure(error, access, facts, dialMs);
  } finally {
    clearTimeout(timer);
  }
}

function settings(options: NatsOptions, access: Access, dialMs: number): ConnectionOptions {
  return {
    servers: access.servers.map(hostAndPort),
    name: options.name,
    authenticator: access.authenticator,
    tls: access.tls,
    timeout: dialMs,
    pingInterval: PING_MS,
    maxPingOut: PINGS_OUT,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => AGAIN_MS.least + Math.random() * (AGAIN_MS.most - AGAIN_MS.least),
    noAsyncTraces: true,
  };
}

function payloadRoom(nats: NatsConnection, access: Access): number {
  const most = nats.info?.max_payload ?? 0;
  if (most >= LEAST_PAYLOAD_BYTES) return most - HEADER_BYTES;
  throw refusal(access, {
    what: `its messages have at most ${most} bytes, and ${LEAST_PAYLOAD_BYTES} are needed`,
    hint: "max_payload in the server's configuration",
  });
}

/** Who may not ask for it may still append: that shows when it does. */
async function requireJetStream(
  nats: NatsConnection,
  access: Access,
  leftMs: () => number,
  { appendsOnly, onNotice }: NatsOptions,
): Promise<void> {
  try {
    await jetStreamAnswers(nats, leftMs);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof PermissionViolationError) return;
    if (!isWithout(error)) throw refusal(access, SILENT);
    if (appendsOnly !== true) throw refusal(access, WITHOUT);
    onNotice?.(`NATS at ${access.shown.join(", ")}: ${LEAF}`);
  }
}

/** While the servers of a cluster choose a leader it answers late, or what is asked is lost. */
async function jetStreamAnswers(nats: NatsConnection, leftMs: () => number): Promise<void> {
  for (;;) {
    try {
      await jetstreamManager(nats, { timeout: Math.min(leftMs(), ANSWER_MS) });
      return;
    } catch (error) {
      const isAway = (busErrorOf(error) as Partial<BusError>).fault === "no answer";
      if (isWithout(error) || !isAway || leftMs() <= AGAIN_MS.most) throw error;
      await sleep(AGAIN_MS.least);
    }
  }
}

const SILENT = {
  what: "JetStream does not answer there",
  hint: "of the servers of a cluster more than a half have to be up, and to have chosen a leader",
};

const LEAF = "it has no JetStream: as the leaf node of a server that has one it will do";

const WITHOUT = {
  what: "JetStream is not enabled there, for this account",
  hint:
    "nats-server -js, or jetstream { store_dir: … } in its configuration; " +
    "or the server to which this one is a leaf node",
};

function isWithout(error: unknown): boolean {
  return error instanceof Error && (isNobody(error) || error.name === "JetStreamNotEnabled");
}
