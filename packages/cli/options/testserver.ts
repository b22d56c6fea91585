/** Options of `nightjar testserver`. */
import type { OptionRow } from "./row.ts";

export const TESTSERVER_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--port",
    value: "N",
    group: "Server",
    kind: "word",
    help: "port to listen on; 0: any that is free",
    default: "0",
  },
  {
    flag: "--hostname",
    value: "ADDRESS",
    group: "Server",
    kind: "word",
    help: "address to listen on",
    default: "127.0.0.1",
  },
  {
    flag: "--tls",
    group: "Server",
    kind: "flag",
    help: "speak TLS with a self-signed certificate, made at start",
  },
  {
    flag: "--certificate-file",
    value: "FILE",
    group: "Server",
    kind: "word",
    help: "write that certificate here, for --cacert",
  },
  {
    flag: "--behaviour",
    value: "RULES",
    group: "Server",
    kind: "word",
    help: "what requests get that name nothing themselves",
    example: "--behaviour 'delay=exp:5ms&status=503:1'",
  },
  {
    flag: "--log",
    group: "Server",
    kind: "flag",
    help: "keep a log of every request, read at /.control/log",
  },
  {
    flag: "--number-header",
    value: "NAME",
    group: "Server",
    kind: "word",
    help: "header that carries the exchange number",
    default: "x-nightjar-number",
  },
  {
    flag: "--seed",
    value: "N",
    group: "Server",
    kind: "word",
    help: "of its random draws",
    default: "1",
  },
  {
    flag: "--until-eof",
    group: "Server",
    kind: "flag",
    help: "stop when standard input ends, for scripts that start it",
  },
];
