/** How connections of a plan speak TLS: its settings and PEM files, as Bun wants them. */
import type { Order } from "@nightjar/core/run/load-generator.ts";
import type { TLSOptions } from "./socket.ts";

/** In wire format: a text would be passed over without a word. */
const ALPN_HTTP1 = new Uint8Array([8, ...new TextEncoder().encode("http/1.1")]);

/** Bun wants numbers. */
const VERSIONS = { "1.2": 0x303, "1.3": 0x304 } as const;

/** For a server of any name. Throws `file` where no socket could be made with a file. */
export async function tlsSettings(order: Pick<Order, "plan" | "assets">): Promise<TLSOptions> {
  const { insecure, min, caCert, cert } = order.plan.tls;
  const versions = { minVersion: VERSIONS[min] };
  const settings = { rejectUnauthorized: !insecure, ALPNProtocols: ALPN_HTTP1, ...versions };
  if (caCert === undefined && cert === undefined) return settings;
  const { pemSettings } = await import("./pem-settings.ts");
  return { ...settings, ...pemSettings(order) };
}
