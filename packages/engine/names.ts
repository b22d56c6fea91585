/** Names → addresses, timed apart and before the run: no name is looked up while load is sent. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";

export interface Resolved {
  readonly addresses: readonly string[];
  readonly lookupNs: number;
}

/** All addresses of `host`, in the order of the resolver. Throws `unknown-host`. */
export async function resolveName(host: string): Promise<Resolved> {
  const bare = host.startsWith("[") ? host.slice(1, -1) : host;
  if (isIP(bare)) return { addresses: [bare], lookupNs: 0 };
  const startMs = performance.now();
  try {
    const found = await lookup(bare, { all: true });
    const addresses = [...new Set(found.map(({ address }) => address))];
    return { addresses, lookupNs: (performance.now() - startMs) * 1e6 };
  } catch (error) {
    const code = (error as { code?: string }).code ?? "unknown";
    throw new NightjarError("unknown-host", `the name "${bare}" has no address (${code})`);
  }
}
