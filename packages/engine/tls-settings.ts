/** How connections of a plan speak TLS: its settings and PEM files, as Bun wants them. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Order } from "@nightjar/core/load-generator.ts";
import { assetOf } from "./asset.ts";
import { certificatesFault, certificatesIn, keyFault, privateKeyIn } from "./pem.ts";
import type { TLSOptions } from "./socket.ts";

/** In wire format: a text would be passed over without a word. */
const ALPN_HTTP1 = new Uint8Array([8, ...new TextEncoder().encode("http/1.1")]);

/** Bun wants numbers. */
const VERSIONS = { "1.2": 0x303, "1.3": 0x304 } as const;

/** For a server of any name. Throws `file` where no socket could be made with a file. */
export function tlsSettings({ plan, assets }: Pick<Order, "plan" | "assets">): TLSOptions {
  const { insecure, caCert, min } = plan.tls;
  const versions = { minVersion: VERSIONS[min] };
  return {
    rejectUnauthorized: !insecure,
    ALPNProtocols: ALPN_HTTP1,
    ...versions,
    ...(caCert === undefined ? {} : { ca: certificatesOf(assets, "tls.caCert", caCert) }),
    ...identityOf(plan.tls, assets),
  };
}

/** What the client shows of itself. */
function identityOf(
  { cert, key }: Order["plan"]["tls"],
  assets: Order["assets"],
): Pick<TLSOptions, "cert" | "key"> {
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
