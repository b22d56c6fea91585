/** Certificates and keys that a plan names, as files of a run. */
import type { Job } from "../job.ts";

export const CA_CERT = "ca.pem";
export const CLIENT_CERT = "cert.pem";
export const CLIENT_KEY = "key.pem";

export function pemFiles({ plan, assets }: Job): Record<string, Uint8Array> {
  const { caCert, cert, key } = plan.tls;
  return {
    ...(caCert === undefined ? {} : { [CA_CERT]: assets[caCert] }),
    ...(cert === undefined ? {} : { [CLIENT_CERT]: assets[cert] }),
    ...(key === undefined ? {} : { [CLIENT_KEY]: assets[key] }),
  };
}

/** `authority`: the flag before the authorities, which is each program's own. */
export function pemFlags({ plan }: Job, authority: string): string[] {
  const { caCert, cert } = plan.tls;
  return [
    ...(caCert === undefined ? [] : [authority, CA_CERT]),
    ...(cert === undefined ? [] : ["-cert", CLIENT_CERT, "-key", CLIENT_KEY]),
  ];
}
