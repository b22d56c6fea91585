/** Reads the log of an origin in another process. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { decodeOriginLog, type OriginRow } from "./log.ts";

export const DROPPED_HEADER = "x-nightjar-log-dropped";

/**
 * The rows so far, in the order of arrival. `url` is any address of the origin, `certificatePem`
 * its certificate when it speaks TLS. Throws NightjarError when the origin keeps no log or its log
 * is full: a part of the truth would be taken for the whole.
 */
export async function readOriginLog(url: string, certificatePem?: string): Promise<OriginRow[]> {
  const response = await fetch(new URL("/.control/log", url), { tls: { ca: certificatePem } });
  if (!response.ok) throw new NightjarError("protocol", (await response.text()).trim());
  const dropped = Number(response.headers.get(DROPPED_HEADER) ?? 0);
  if (dropped > 0) throw new NightjarError("protocol", `the log is full; it lacks ${dropped} rows`);
  return decodeOriginLog(new Uint8Array(await response.arrayBuffer()));
}
