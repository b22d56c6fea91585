/** `nightjar testserver`: the server of known behaviour, as a command. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { HEADER_NAME } from "@nightjar/core/plan/plan-limits.ts";
import { serveOrigin } from "@nightjar/origin/serve.ts";
import { openOutput } from "../files.ts";
import { keyOf, type OptionRow } from "../options/row.ts";
import { TESTSERVER_OPTIONS } from "../options/testserver.ts";
import { refuseOption, shown, wholeNumber } from "../options/value.ts";
import type { Flags } from "../plan-flags.ts";

const MAX_PORT = 65_535;
const MAX_SEED = 4_294_967_295;

function rowOf(flag: string): OptionRow {
  return TESTSERVER_OPTIONS.find((row) => row.flag === flag) as OptionRow;
}

function numberIn(flags: Flags, flag: string, most: number): number | undefined {
  const row = rowOf(flag);
  const text = textIn(flags, flag);
  return text === undefined ? undefined : wholeNumber(row, text, most);
}

function textIn(flags: Flags, flag: string): string | undefined {
  return flags[keyOf(rowOf(flag))] as string | undefined;
}

/** Throws `bad-usage`. */
function certificateFile(flags: Flags): string | undefined {
  const name = textIn(flags, "--certificate-file");
  if (name === undefined) return undefined;
  const row = rowOf("--certificate-file");
  if (flags.tls !== true) refuseOption(row, "there is a certificate with --tls only");
  try {
    openOutput(name).release();
  } catch (error) {
    if (error instanceof NightjarError) refuseOption(row, error.message);
    throw error;
  }
  return name;
}

function numberHeader(flags: Flags): string | undefined {
  const name = textIn(flags, "--number-header");
  if (name === undefined || HEADER_NAME.test(name)) return name;
  return refuseOption(rowOf("--number-header"), `not a header name, found ${shown(name)}`);
}

/** Runs until SIGINT or SIGTERM, or until standard input ends with `--until-eof`. */
export async function testserver(flags: Flags): Promise<void> {
  await serveOrigin({
    hostname: textIn(flags, "--hostname"),
    port: numberIn(flags, "--port", MAX_PORT),
    tls: flags.tls === true,
    certificateFile: certificateFile(flags),
    behaviour: textIn(flags, "--behaviour"),
    log: flags.log === true,
    seed: numberIn(flags, "--seed", MAX_SEED),
    numberHeader: numberHeader(flags),
    ...(flags.untilEof === true ? { stopped: inputEnds() } : {}),
  });
}

/**
 * Ctrl-C reaches the whole group; whoever holds the other end of the pipe decides what it means.
 */
async function inputEnds(): Promise<void> {
  process.on("SIGINT", () => {});
  for await (const chunk of Bun.stdin.stream()) void chunk;
}
