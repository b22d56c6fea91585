/** Options of `nightjar nighthawk-service`: the first two are those of upstream's service. */
import type { OptionRow } from "./row.ts";

const PROOF = "nighthawk-service.test.ts";

export const NIGHTHAWK_SERVICE_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--listen",
    value: "HOST:PORT",
    group: "Server",
    kind: "word",
    help: "address to listen on; port 0: any that is free; without a port: 8443",
    default: "127.0.0.1:8443",
    example: "--listen 0.0.0.0:8443 --allow-anyone",
    proof: PROOF,
  },
  {
    flag: "--listener-address-file",
    value: "FILE",
    group: "Server",
    kind: "word",
    help: "write the address and port that it listens on here, once it does",
    proof: PROOF,
  },
  {
    flag: "--token-file",
    value: "FILE",
    group: "Server",
    kind: "word",
    help: "clients must bring what this file holds as metadata: authorization: Bearer TOKEN",
    proof: PROOF,
  },
  {
    flag: "--allow-anyone",
    group: "Server",
    kind: "flag",
    help:
      "listen beyond loopback without a token, as upstream's clients need it: whoever reaches " +
      "the port sends load from this machine",
    proof: PROOF,
  },
  {
    flag: "--yes",
    group: "Server",
    kind: "flag",
    help: "more than 1,000/s at public addresses are meant",
    proof: PROOF,
  },
];
