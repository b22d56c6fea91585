/** What NATS and its JetStream say of a failure, in the words of a Bus. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { InvalidArgumentError, PermissionViolationError } from "@nats-io/nats-core";
import { BusError, type BusFault } from "../bus.ts";

/** https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const API = {
  accountLimits: 10002,
  noPlace: 10005,
  insufficientResources: 10023,
  maximumStreams: 10027,
  memoryExceeded: 10028,
  notEnabledForAccount: 10039,
  storageExceeded: 10047,
  nameInUse: 10058,
  streamNotFound: 10059,
  noReplicas: 10074,
  storeFailed: 10077,
} as const;

const FULL: ReadonlySet<number> = new Set([
  API.accountLimits,
  API.insufficientResources,
  API.maximumStreams,
  API.memoryExceeded,
  API.storageExceeded,
  API.storeFailed,
]);

/** Else what is not found is something of the stream. */
const STATUS_UNAVAILABLE = 503;

/** An error that is none of the broker's is thrown as it is. */
export function busErrorOf(error: unknown): Error {
  if (error instanceof BusError || error instanceof InvalidArgumentError) return error;
  const causes = [...chainOf(error)];
  const fault = causes.map(faultOf).find((found) => found !== undefined) ?? "no answer";
  return new BusError(fault, `NATS: ${causes.at(-1)?.message || fault}`);
}

/** The error, what caused it, and so on. */
function* chainOf(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = at.cause) yield at;
}

function faultOf(error: Error): BusFault | undefined {
  if (error instanceof PermissionViolationError) return "not allowed";
  if (!(error instanceof JetStreamApiError)) return undefined;
  if (error.code === API.streamNotFound) return "no such stream";
  if (FULL.has(error.code)) return "full";
  if (error.code === API.noReplicas) return "too few servers";
  // Which of the two it is a cluster says in words alone.
  if (error.code === API.noPlace) return /storage/.test(error.message) ? "full" : "too few servers";
  return error.status === STATUS_UNAVAILABLE && error.code !== API.notEnabledForAccount
    ? "no answer"
    : "not allowed";
}

/** Nobody listens to the subject that was asked. */
export function isNobody(error: unknown): boolean {
  return [...chainOf(error)].some(({ name }) => name === "NoResponders");
}
