/** `nightjar testserver`: the server of known behaviour, as a command. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { serveOrigin } from "@nightjar/origin/serve.ts";
import type { Flags } from "../plan-input.ts";

const MAX_PORT = 65_535;

function wholeNumber(flag: string, text: unknown, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === "string" && /^\d{1,15}$/.test(text) && Number(text) <= most)
    return Number(text);
  throw new NightjarError(
    "bad-usage",
    `--${flag}: a whole number up to ${most} is wanted, found "${text}"`,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Runs until SIGINT or SIGTERM, or until standard input ends with `--until-eof`. */
export async function testserver(flags: Flags): Promise<void> {
  await serveOrigin({
    hostname: text(flags.hostname),
    port: wholeNumber("port", flags.port, MAX_PORT),
    tls: flags.tls === true,
    certificateFile: text(flags.certificateFile),
    behaviour: text(flags.behaviour),
    log: flags.log === true,
    seed: wholeNumber("seed", flags.seed, 4294967295),
    numberHeader: text(flags.numberHeader),
    ...(flags.untilEof === true ? { stopped: inputEnds() } : {}),
  });
}

async function inputEnds(): Promise<void> {
  process.on("SIGINT", () => {});
  for await (const chunk of Bun.stdin.stream()) void chunk;
}
