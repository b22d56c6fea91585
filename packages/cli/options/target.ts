/** Options that say what is sent, and where to. */
import { EVERY, type OptionRow } from "./row.ts";

const target = (key: string) => ["targets", EVERY, key] as const;

export const TARGET_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--method",
    value: "NAME",
    group: "Target",
    kind: "word",
    path: target("method"),
    help: "request method",
    default: "GET",
    proof: "flags/target.test.ts",
  },
  {
    flag: "--header",
    value: "'NAME: VALUE'",
    group: "Target",
    kind: "header",
    path: target("headers"),
    help: "send this header; repeatable",
    example: "--header 'x-tenant: 7'",
    proof: "flags/target.test.ts",
  },
  {
    flag: "--body",
    value: "TEXT|@FILE",
    group: "Target",
    kind: "body",
    path: target("body"),
    help: "request body, as text or from a file",
    example: "--body @order.json",
    proof: "flags/target.test.ts",
  },
  {
    flag: "--number-header",
    value: "NAME",
    group: "Target",
    kind: "word",
    path: ["numberHeader"],
    help: "send the exchange number i in this header",
    proof: "flags/target.test.ts",
  },
];
