/**
 * What a plan names and does not hold: files, and variables of the environment. Read before the run
 * and handed to the workers.
 */
import { X509Certificate } from "node:crypto";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Assets } from "@nightjar/core/load-generator.ts";
import type { Plan } from "@nightjar/core/plan.ts";
import { LIMIT } from "@nightjar/core/plan-limits.ts";
import { refuseAt } from "@nightjar/core/plan-refusal.ts";
import { didYouMean } from "@nightjar/core/suggest.ts";
import { ENV_PREFIX, envFault, envUsesOf } from "@nightjar/core/template-env.ts";
import { readInput } from "./files.ts";
import type { PlanPath } from "./options/row.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Names are relative to the working directory. Throws `PlanRefusal`. */
export function assetsOf(plan: Plan, environment: Environment = process.env): Assets {
  return { ...bodiesOf(plan), ...certificatesOf(plan), ...variablesOf(plan, environment) };
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

function certificatesOf({ tls: { caCert } }: Plan): Assets {
  if (caCert === undefined) return {};
  const path = ["tls", "caCert"];
  const bytes = read(path, caCert);
  const fault = pemFault(new TextDecoder().decode(bytes));
  return fault ? refuseAt(path, `${caCert}: ${fault}`) : { [caCert]: bytes };
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

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function pemFault(text: string): string | undefined {
  const blocks = text.match(PEM) ?? [];
  if (blocks.length === 0) return "it holds no PEM certificate";
  const bad = blocks.findIndex((block) => !isCertificate(block));
  return bad < 0 ? undefined : `its certificate ${bad + 1} of ${blocks.length} cannot be read`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
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
