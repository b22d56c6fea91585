/** A nighthawk_service at an address, as a LoadGenerator. */
import { connect } from "node:net";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { LoadGenerator, Order, Run } from "@nightjar/core/run/load-generator.ts";
import { NighthawkService } from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import { jobOf } from "../job.ts";
import { addressesOf, refuseLimits } from "../run/tool-generator.ts";
import { optionsOfJob } from "./options.ts";
import { ServiceRun } from "./service-run.ts";

const PORT = 8443;
const CONNECT_LIMIT_MS = 5000;
/** What it needs beyond the plan, to begin and to tell. */
const PATIENCE_NS = 60 * SECOND_NS;
/** Who wants a token is brought this one: `authorization: Bearer …`. */
export const TOKEN_VARIABLE = "NIGHTJAR_NIGHTHAWK_TOKEN";

export interface ServiceSettings {
  readonly capabilities: Capabilities;
  /** `HOST:PORT`, or `HOST`. */
  readonly address: string;
  /** Threads that send, of this service. */
  readonly workers: number;
}

export function serviceGenerator(settings: ServiceSettings): LoadGenerator {
  return {
    capabilities: settings.capabilities,
    prepare: (order, signal) => prepare(settings, order, signal),
  };
}

async function prepare(
  { address, workers }: ServiceSettings,
  order: Order,
  signal: AbortSignal,
): Promise<Run> {
  refuseLimits(order);
  const job = jobOf(order);
  const options = optionsOfJob(job, workers);
  const { host, port } = placeOf(address);
  await reach(host, port, signal);
  const baseUrl = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const client = createClient(NighthawkService, createGrpcTransport({ baseUrl }));
  const token = process.env[TOKEN_VARIABLE];
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const patienceNs = job.lengthNs + job.drainNs + PATIENCE_NS;
  const ready = { workers, ...(await addressesHere(order.plan)), patienceNs };
  return new ServiceRun(order, job, { address, client, headers, options }, ready);
}

/** As this machine knows them, for whoever guards the target: the service looks names up itself. */
async function addressesHere(plan: Plan): ReturnType<typeof addressesOf> {
  try {
    return await addressesOf(plan);
  } catch (error) {
    if (error instanceof NightjarError) return { addresses: [], lookupNs: 0 };
    throw error;
  }
}

export function placeOf(address: string): { readonly host: string; readonly port: number } {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address) ?? [];
  const host = bracketed ?? bare;
  if (host !== undefined) return { host, port: Number(port ?? PORT) };
  throw new NightjarError("bad-usage", `${address}: HOST:PORT is wanted`);
}

/** Before the run: a call would wait for a service that is not there. */
function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string) => {
      socket.destroy();
      const message = `no nighthawk_service at ${host}:${port}: ${why}`;
      reject(new NightjarError("prepare-failed", message));
    };
    const socket = connect({ host, port, timeout: CONNECT_LIMIT_MS });
    const cancel = () => refuse(`cancelled: ${String(signal.reason)}`);
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    socket.on("connect", () => {
      signal.removeEventListener("abort", cancel);
      socket.destroy();
      resolve();
    });
    socket.on("timeout", () => refuse("it does not answer"));
    socket.on("error", (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
  });
}
