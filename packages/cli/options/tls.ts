/** Options of TLS. */
import type { OptionRow } from "./row.ts";

export const TLS_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--insecure",
    group: "TLS",
    kind: "flag",
    path: ["tls", "insecure"],
    help: "accept any certificate",
    proof: "flags/tls.test.ts",
  },
  {
    flag: "--cacert",
    value: "FILE",
    group: "TLS",
    kind: "word",
    path: ["tls", "caCert"],
    help: "trust the certificate authorities in this PEM file",
    proof: "flags/tls.test.ts",
  },
  {
    flag: "--sni",
    value: "NAME",
    group: "TLS",
    kind: "word",
    path: ["tls", "sni"],
    help: "server name to send and to verify",
    default: "the host of the URL",
    proof: "flags/tls.test.ts",
  },
];
