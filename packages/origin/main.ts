/**
 * The origin as a process of its own, for tests:
 *
 *   bun packages/origin/main.ts --port 0 [--hostname H] [--tls [--certificate-file F]]
 *     [--behaviour B] [--log] [--seed N] [--number-header NAME]
 */
import { parseArgs } from "node:util";
import { NightjarError } from "@nightjar/core/errors.ts";
import { type ServeOptions, serveOrigin } from "./serve.ts";

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text))
    return text === undefined ? text : Number(text);
  throw new NightjarError("bad-usage", `--${flag} is a whole number, not "${text}"`);
}

function parseFlags(): ServeOptions {
  const { values } = parseArgs({
    options: {
      hostname: { type: "string" },
      port: { type: "string" },
      tls: { type: "boolean" },
      "certificate-file": { type: "string" },
      behaviour: { type: "string" },
      log: { type: "boolean" },
      seed: { type: "string" },
      "number-header": { type: "string" },
    },
  });
  return {
    ...values,
    port: wholeNumber("port", values.port),
    seed: wholeNumber("seed", values.seed),
    certificateFile: values["certificate-file"],
    numberHeader: values["number-header"],
  };
}

try {
  await serveOrigin(parseFlags());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof NightjarError ? error.exitCode : 1;
}
