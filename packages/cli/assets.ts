/** The files that a plan names, read before the run and handed to the workers. */
import { X509Certificate } from "node:crypto";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Assets } from "@nightjar/core/load-generator.ts";
import type { Plan } from "@nightjar/core/plan.ts";
import { LIMIT } from "@nightjar/core/plan-limits.ts";
import { PlanRefusal } from "@nightjar/core/plan-refusal.ts";
import { readInput } from "./files.ts";
import type { PlanPath } from "./options/row.ts";

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Names are relative to the working directory. Throws `PlanRefusal`. */
export function assetsOf({ targets, tls }: Plan): Assets {
  const assets: Record<string, Uint8Array> = {};
  for (const [index, { bodyFile }] of targets.entries()) {
    if (bodyFile !== undefined) {
      assets[bodyFile] = read(
        ["targets", index, "bodyFile"],
        `targets[${index}].bodyFile`,
        bodyFile,
      );
    }
  }
  const { caCert } = tls;
  if (caCert !== undefined) {
    const path = ["tls", "caCert"];
    assets[caCert] = read(path, "tls.caCert", caCert);
    const fault = pemFault(new TextDecoder().decode(assets[caCert]));
    if (fault) throw new PlanRefusal(`tls.caCert: ${caCert}: ${fault}`, path);
  }
  return assets;
}

function read(path: PlanPath, where: string, name: string): Uint8Array {
  try {
    return readInput(name, LIMIT.bodyBytes);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    throw new PlanRefusal(`${where}: ${error.message}`, path);
  }
}

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
