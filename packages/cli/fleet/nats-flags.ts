/**
 * How NATS is reached, from flags, files and the environment. No secret is ever an argument: the
 * list of processes, which everybody on the machine may read, shows those.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { NatsAccess } from "@nightjar/fleet/nats/access.ts";
import { readInput } from "../files.ts";
import { ACCESS_OPTIONS } from "../options/fleet.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { refuseOption } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";

/** Of the environment, which nobody else may read; flags that say who connects go before them. */
export const ENVIRONMENT = {
  token: "NIGHTJAR_NATS_TOKEN",
  user: "NIGHTJAR_NATS_USER",
  password: "NIGHTJAR_NATS_PASSWORD",
} as const;

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_TOKEN_BYTES = 4096;

type Environment = Readonly<Record<string, string | undefined>>;

function rowOf(flag: string): OptionRow {
  return ACCESS_OPTIONS.find((row) => row.flag === flag) as OptionRow;
}

function fileIn(flags: Flags, flag: string, most = MAX_FILE_BYTES): string | undefined {
  const row = rowOf(flag);
  const name = flags[keyOf(row)] as string | undefined;
  if (name === undefined) return undefined;
  try {
    return new TextDecoder().decode(readInput(name, most));
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuseOption(row, error.message);
  }
}

/** `urlRow`: the option that says where NATS is. Throws `bad-usage`. */
export function natsAccessIn(
  flags: Flags,
  urlRow: OptionRow,
  environment: Environment = process.env,
): NatsAccess {
  const servers = serversIn(flags, urlRow);
  const credentials = fileIn(flags, "--creds");
  const token = tokenIn(flags);
  const common = {
    ca: fileIn(flags, "--tls-ca"),
    certificate: fileIn(flags, "--tls-cert"),
    key: fileIn(flags, "--tls-key"),
  };
  if (credentials !== undefined || token !== undefined) {
    return { servers, credentials, token, ...common };
  }
  const preset = environment[ENVIRONMENT.token] || undefined;
  return { servers: withUser(servers, environment), token: preset, ...common };
}

function serversIn(flags: Flags, row: OptionRow): string {
  const servers = flags[keyOf(row)] as string | undefined;
  if (servers === undefined) {
    return refuseOption(row, "the address of a NATS server is wanted, found nothing", EXAMPLE);
  }
  if (!servers.includes("@")) return servers;
  return refuseOption(
    row,
    "a user, password or token in the address would show in the list of processes",
    `--creds, --token-file, or ${Object.values(ENVIRONMENT).join(", ")} in the environment`,
  );
}

const EXAMPLE = "like nats://HOST:4222 or tls://HOST:4222";

function withUser(servers: string, environment: Environment): string {
  const user = environment[ENVIRONMENT.user] ?? "";
  const password = environment[ENVIRONMENT.password] ?? "";
  if (user === "") return servers;
  const said = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const one = (server: string) => server.trim().replace(/^([a-z]+:\/\/)?/i, `$1${said}`);
  return servers.split(",").map(one).join(",");
}

function tokenIn(flags: Flags): string | undefined {
  const row = rowOf("--token-file");
  const written = fileIn(flags, row.flag, MAX_TOKEN_BYTES)?.trim();
  if (written === undefined || /^[\x21-\x7e]+$/.test(written)) return written;
  return refuseOption(row, "a token is visible ASCII characters in one line");
}
