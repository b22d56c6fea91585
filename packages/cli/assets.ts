/**
 * What a plan names and does not hold: files, and variables of the environment. Read before the run
 * and handed to the workers.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { isPemText } from "@nightjar/core/plan/pem-text.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { LIMIT } from "@nightjar/core/plan/plan-limits.ts";
import { refuseAt } from "@nightjar/core/plan/plan-place.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { ENV_PREFIX, envFault, envUsesOf } from "@nightjar/core/plan/template-env.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { certificatesFault, keyFault } from "@nightjar/engine/pem.ts";
import { readInput } from "./files.ts";
import type { PlanPath } from "./options/row.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Names are relative to the working directory. Throws `PlanRefusal`. */
export function assetsOf(plan: Plan, environment: Environment = process.env): Assets {
  return { ...bodiesOf(plan), ...pemFilesOf(plan), ...variablesOf(plan, environment) };
}

/** They travel in one message, so together they have a limit. */
function bodiesOf({ targets }: Plan): Assets {
  const bodies: Record<string, Uint8Array> = {};
  let total = 0;
  for (const [index, { bodyFile }] of targets.entries()) {
    if (bodyFile === undefined || Object.hasOwn(bodies, bodyFile)) continue;
    const path = ["targets", index, "bodyFile"];
    bodies[bodyFile] = read(path, bodyFile);
    total += bodies[bodyFile].length;
    if (total > LIMIT.bodiesBytes) {
      const most = `at most ${LIMIT.bodiesBytes} bytes`;
      refuseAt(path, `${bodyFile}: the files of all targets have ${most} together`);
    }
  }
  return bodies;
}

function pemFilesOf({ tls: { caCert, cert, key } }: Plan): Assets {
  const authorities = readPem("caCert", caCert, certificatesFault);
  const chain = readPem("cert", cert, certificatesFault);
  const chainText = new TextDecoder().decode(Object.values(chain)[0]);
  const ofKey = readPem("key", key, (pem) => keyFault(pem, chainText));
  return { ...authorities, ...chain, ...ofKey };
}

/**
 * `faultOf`: what is wrong with the text of the file. Certificates of authorities, which are no
 * secret, may stand in the plan themselves.
 */
function readPem(
  name: "caCert" | "cert" | "key",
  file: string | undefined,
  faultOf: (pem: string) => string | undefined,
): Assets {
  if (file === undefined) return {};
  const path = ["tls", name];
  const isText = name === "caCert" && isPemText(file);
  const bytes = isText ? new TextEncoder().encode(file) : read(path, file);
  const fault = faultOf(new TextDecoder().decode(bytes));
  const where = isText ? "the PEM text" : file;
  return fault ? refuseAt(path, `${where}: ${fault}`) : { [file]: bytes };
}

function read(path: PlanPath, name: string): Uint8Array {
  if (name.startsWith(ENV_PREFIX)) {
    refuseAt(path, `${name}: the name of a variable of the environment`, `write ./${name}`);
  }
  try {
    return readInput(name, LIMIT.bodyBytes);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuseAt(path, error.message);
  }
}

/** Their values may be secrets: no refusal shows them. */
function variablesOf(plan: Plan, environment: Environment): Assets {
  const variables: Record<string, Uint8Array> = {};
  for (const { name, part, path } of envUsesOf(plan)) {
    const value = environment[name];
    if (value === undefined) {
      const near = didYouMean(name, Object.keys(environment));
      return refuseAt(path, `the environment variable ${name} is not set${near}`);
    }
    const fault = envFault(value, part);
    if (fault) refuseAt(path, `the environment variable ${name} ${fault}`);
    variables[ENV_PREFIX + name] = new TextEncoder().encode(value);
  }
  return variables;
}
