/** Authority: scheme, host and port of a URL, which a connection is made to. */
import { withBrackets, withoutBrackets } from "./ip-address.ts";

export interface Authority {
  readonly secure: boolean;
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const PORTS = { secure: 443, cleartext: 80 };

export function authorityOf(url: URL): Authority {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? PORTS[secure ? "secure" : "cleartext"] : Number(url.port);
  return { secure, host: withoutBrackets(url.hostname), port };
}

/** `shop.example:443`, `[::1]:8080` */
export function hostPortOf({ host, port }: Pick<Authority, "host" | "port">): string {
  return `${withBrackets(host)}:${port}`;
}
