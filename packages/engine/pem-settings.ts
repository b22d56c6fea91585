/**
 * Settings of TLS that come from PEM files. Loaded only where a plan names some: to load what reads
 * them costs a worker 3 of the 50 ms of CPU of its start.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import { assetOf } from "./asset.ts";
import { certificatesFault, certificatesIn, keyFault, privateKeyIn } from "./pem.ts";
import type { TLSOptions } from "./socket.ts";

/** Throws `file` where no socket could be made with one. */
export function pemSettings({ plan, assets }: Pick<Order, "plan" | "assets">): TLSOptions {
  const { caCert } = plan.tls;
  const trusted = caCert === undefined ? {} : { ca: certificatesOf(assets, "tls.caCert", caCert) };
  return { ...trusted, ...identityOf(plan.tls, assets) };
}

/** What the client shows of itself. */
function identityOf({ cert, key }: Order["plan"]["tls"], assets: Order["assets"]): TLSOptions {
  if (cert === undefined || key === undefined) return {};
  const chain = certificatesOf(assets, "tls.cert", cert);
  const pem = textOf(assets, key);
  const fault = keyFault(pem, chain);
  if (fault !== undefined) throw new NightjarError("file", `tls.key: ${key}: ${fault}`);
  return { cert: chain, key: privateKeyIn(pem) };
}

function certificatesOf(assets: Order["assets"], where: string, name: string): string {
  const pem = textOf(assets, name);
  const fault = certificatesFault(pem);
  if (fault === undefined) return certificatesIn(pem);
  throw new NightjarError("file", `${where}: ${name}: ${fault}`);
}

function textOf(assets: Order["assets"], name: string): string {
  return new TextDecoder().decode(assetOf(assets, name));
}
