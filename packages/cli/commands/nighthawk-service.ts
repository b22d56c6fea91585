/**
 * `nightjar nighthawk-service`: Nighthawk's gRPC service on our engine. Its contract is cleartext
 * and knows no credentials, so it stays on loopback unless told otherwise.
 */
import { isIPv4 } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import { withBrackets, withoutBrackets } from "@nightjar/core/plan/ip-address.ts";
import { startNighthawkService } from "@nightjar/faces/nighthawk/service.ts";
import { openOutput, readInput } from "../files.ts";
import { nighthawkConductor } from "../nighthawk-conductor.ts";
import { NIGHTHAWK_SERVICE_OPTIONS } from "../options/nighthawk-service.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { refuseOption, shown } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";
import type { Terminal } from "../terminal.ts";

const DEFAULT_LISTEN = "127.0.0.1:8443";
const DEFAULT_PORT = 8443;
const MAX_PORT = 65_535;
const MAX_TOKEN_BYTES = 4096;
/** So that it cannot be guessed. */
const MIN_TOKEN_LENGTH = 16;

function rowOf(flag: string): OptionRow {
  return NIGHTHAWK_SERVICE_OPTIONS.find((row) => row.flag === flag) as OptionRow;
}

function textIn(flags: Flags, flag: string): string | undefined {
  return flags[keyOf(rowOf(flag))] as string | undefined;
}

interface Listening {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8443`, `[::1]:8443`, `localhost`. Throws `bad-usage`. */
function listeningOf(flags: Flags): Listening {
  const text = textIn(flags, "--listen") ?? DEFAULT_LISTEN;
  const [, host, port] = /^(\[[\da-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === undefined || number > MAX_PORT) {
    const hint = "like 127.0.0.1:8443, [::1]:8443 or 0.0.0.0:0";
    return refuseOption(rowOf("--listen"), `HOST:PORT is the form, found ${shown(text)}`, hint);
  }
  return { host: withoutBrackets(host), port: number };
}

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  return host === "::1" || host === "localhost";
}

/** Throws `bad-usage`. */
function tokenOf(flags: Flags): string | undefined {
  const file = textIn(flags, "--token-file");
  if (file === undefined) return undefined;
  const row = rowOf("--token-file");
  const token = new TextDecoder().decode(readInput(file, MAX_TOKEN_BYTES)).trim();
  if (token.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(token)) return token;
  return refuseOption(
    row,
    `${file}: a token is at least ${MIN_TOKEN_LENGTH} visible ASCII characters in one line`,
    `openssl rand -hex 32 > ${file}`,
  );
}

/** Whoever reaches the port may send load from here. Throws `refused`. */
function demandKnownClients({ host }: Listening, token: string | undefined, flags: Flags): void {
  if (isLoopback(host) || token !== undefined || flags.allowAnyone === true) return;
  throw new NightjarError(
    "refused",
    `--listen: ${host} is beyond loopback, and anybody who reaches it could send load from here`,
    "give --token-file FILE; upstream's clients cannot bring a token: for them say --allow-anyone",
  );
}

/** Runs until SIGINT or SIGTERM. */
export async function nighthawkService(flags: Flags, terminal: Terminal): Promise<void> {
  const listening = listeningOf(flags);
  const token = tokenOf(flags);
  demandKnownClients(listening, token, flags);
  const addressFile = textIn(flags, "--listener-address-file");
  const file = addressFile === undefined ? undefined : openOutput(addressFile);
  const stopped = stopSignal();
  try {
    const service = await startNighthawkService({
      ...listening,
      ...(token === undefined ? {} : { token }),
      conductor: nighthawkConductor(flags.yes === true),
      note: (line) => terminal.note(line),
    });
    const address = `${withBrackets(listening.host)}:${service.port}`;
    file?.write(address);
    terminal.note(`nighthawk-service listening on ${address}`);
    terminal.note(`ending: ${await stopped}`);
    await service.close();
  } finally {
    file?.release();
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => resolve(name));
  });
}
