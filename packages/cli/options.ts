/**
 * The one table of options: the parser, `--help` and `docs/cli.md` are made from it. A plan option says where in the plan
 * its value goes, so that flags and files build the same Plan.
 */
import { NightjarError } from "@nightjar/core/errors.ts";

export type Group =
  | "Target"
  | "Load"
  | "Limits"
  | "Generator"
  | "TLS"
  | "Judgement"
  | "Output"
  | "Server";

/** `word`: as it is; `count`: a whole number; the others say how several become one value. */
export type ValueKind =
  | "word"
  | "count"
  | "autoCount"
  | "rate"
  | "flag"
  | "list"
  | "header"
  | "label"
  | "body";

export interface OptionRow {
  readonly flag: string;
  /** Placeholder of the value; absent for switches. */
  readonly value?: string;
  readonly group: Group;
  readonly kind: ValueKind;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Shown in help; the plan's schema is what applies it. */
  readonly default?: string;
  readonly example?: string;
  /** Where its value goes in the plan; absent: concerns the command alone. */
  readonly path?: readonly (string | number)[];
}

const target = (key: string) => ["targets", 0, key] as const;

export const RUN_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--method",
    value: "NAME",
    group: "Target",
    kind: "word",
    path: target("method"),
    help: "request method",
    default: "GET",
  },
  {
    flag: "--header",
    value: "'NAME: VALUE'",
    group: "Target",
    kind: "header",
    path: target("headers"),
    help: "send this header; repeatable",
    example: "--header 'x-tenant: 7'",
  },
  {
    flag: "--body",
    value: "TEXT|@FILE",
    group: "Target",
    kind: "body",
    path: target("body"),
    help: "request body, as text or from a file",
    example: "--body @order.json",
  },
  {
    flag: "--number-header",
    value: "NAME",
    group: "Target",
    kind: "word",
    path: ["numberHeader"],
    help: "send the exchange number i in this header",
  },
  {
    flag: "--model",
    value: "MODEL",
    group: "Load",
    kind: "word",
    choices: ["open", "closed"],
    path: ["load", "model"],
    help: "open: due times do not wait for answers; closed: fixed concurrency",
    default: "open, or closed with --rate max",
  },
  {
    flag: "--rate",
    value: "RATE",
    group: "Load",
    kind: "rate",
    path: ["load", "rate"],
    help: "exchanges per second, total: 2000, 500/s, 30/m or max",
    default: "100",
  },
  {
    flag: "--arrivals",
    value: "PROCESS",
    group: "Load",
    kind: "word",
    choices: ["constant", "poisson"],
    path: ["load", "arrivals"],
    help: "gaps between due times: equal, or exponential",
    default: "constant",
  },
  {
    flag: "--connections",
    value: "N",
    group: "Load",
    kind: "autoCount",
    path: ["load", "connections"],
    help: "total, over all workers",
    default: "auto: 50 in the closed loop, else enough for answers of 100 ms, 16 to 1000",
  },
  {
    flag: "--requests",
    value: "N",
    group: "Limits",
    kind: "count",
    path: ["load", "requests"],
    help: "stop after N exchanges",
  },
  {
    flag: "--duration",
    value: "TIME",
    group: "Limits",
    kind: "word",
    path: ["duration"],
    help: "of the measured part: 500ms, 10s, 1m30s",
    default: "10s, or no limit with --requests",
  },
  {
    flag: "--warmup",
    value: "TIME",
    group: "Limits",
    kind: "word",
    path: ["warmup"],
    help: "before the measured part, recorded apart",
    default: "0s",
  },
  {
    flag: "--timeout",
    value: "TIME",
    group: "Limits",
    kind: "word",
    path: ["timeout"],
    help: "from the first byte sent to the last byte read",
    default: "5s",
  },
  {
    flag: "--connect-timeout",
    value: "TIME",
    group: "Limits",
    kind: "word",
    path: ["connectTimeout"],
    help: "for a connection to open, TLS included",
    default: "the timeout",
  },
  {
    flag: "--max-backlog",
    value: "N",
    group: "Limits",
    kind: "autoCount",
    path: ["load", "maxBacklog"],
    help: "due exchanges that may wait for a connection; more are dropped",
    default: "auto: one timeout's worth, at least 1000",
  },
  {
    flag: "--drain",
    value: "TIME",
    group: "Limits",
    kind: "word",
    path: ["drain"],
    help: "at the end, time for what is in flight",
    default: "the timeout, at most 5s",
  },
  {
    flag: "--seed",
    value: "N",
    group: "Generator",
    kind: "count",
    path: ["seed"],
    help: "of all random draws: the same seed gives the same schedule",
    default: "1",
  },
  {
    flag: "--workers",
    value: "N",
    group: "Generator",
    kind: "autoCount",
    path: ["workers"],
    help: "worker processes",
    default: "auto: by rate, one core left for the rest",
  },
  {
    flag: "--idle",
    value: "HOW",
    group: "Generator",
    kind: "word",
    choices: ["auto", "spin", "sleep"],
    path: ["idle"],
    help: "how a worker waits: spin is exact and burns a core, sleep is late by 0.1 to 1 ms",
    default: "auto: spin where cores are to spare and no CPU quota applies",
  },
  {
    flag: "--insecure",
    group: "TLS",
    kind: "flag",
    path: ["tls", "insecure"],
    help: "accept any certificate",
  },
  {
    flag: "--cacert",
    value: "FILE",
    group: "TLS",
    kind: "word",
    path: ["tls", "caCert"],
    help: "trust the certificate authorities in this PEM file",
  },
  {
    flag: "--sni",
    value: "NAME",
    group: "TLS",
    kind: "word",
    path: ["tls", "sni"],
    help: "server name to send and to verify",
    default: "the host of the URL",
  },
  {
    flag: "--threshold",
    value: "EXPR",
    group: "Judgement",
    kind: "list",
    path: ["thresholds"],
    help: "must hold, or the exit code is 99; repeatable",
    example: "--threshold 'p99 < 50ms' --threshold 'errors < 0.1%'",
  },
  {
    flag: "--name",
    value: "TEXT",
    group: "Output",
    kind: "word",
    path: ["name"],
    help: "name of the run",
    default: "nightjar run",
  },
  {
    flag: "--label",
    value: "KEY=VALUE",
    group: "Output",
    kind: "label",
    path: ["labels"],
    help: "label of the run; repeatable",
  },
  {
    flag: "--output",
    value: "FORMAT[=FILE]",
    group: "Output",
    kind: "list",
    help: "human, json or hlog, to a file or to standard output; repeatable",
    default: "human",
    example: "--output json=result.json",
  },
  { flag: "--quiet", group: "Output", kind: "flag", help: "no progress on standard error" },
  { flag: "--no-color", group: "Output", kind: "flag", help: "no colours (also by NO_COLOR)" },
  {
    flag: "--yes",
    group: "Output",
    kind: "flag",
    help: "send more than 1,000/s to an address that is neither loopback nor private",
  },
];

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

/** `--connect-timeout` → `connectTimeout`, as commander names it; `--no-color` → `color`. */
export function keyOf(row: OptionRow): string {
  const name = row.flag.replace(/^--(no-)?/, "");
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function refuse(row: OptionRow, message: string): never {
  throw new NightjarError("bad-usage", `${row.flag}: ${message}`, row.help);
}

function countOf(row: OptionRow, text: string): number {
  if (!/^\d+$/.test(text)) refuse(row, `a whole number is wanted, found "${text}"`);
  return Number(text);
}

function pairOf(row: OptionRow, text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  if (at <= 0) refuse(row, `${row.value} is the form, found "${text}"`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function pairsOf(
  row: OptionRow,
  texts: readonly string[],
  separator: string,
): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of texts) {
    const [key, value] = pairOf(row, text, separator);
    if (key in pairs) refuse(row, `"${key}" is given twice`);
    pairs[key] = value;
  }
  return pairs;
}

/** What the option means for the plan: [path, value]. `given` is a text, or several of a repeatable option. */
export function planEntry(row: OptionRow, given: unknown): [readonly (string | number)[], unknown] {
  const path = row.path ?? [];
  switch (row.kind) {
    case "count":
      return [path, countOf(row, given as string)];
    case "autoCount":
      return [path, given === "auto" ? "auto" : countOf(row, given as string)];
    case "rate":
      return [path, /^\d+(\.\d+)?$/.test(given as string) ? Number(given) : given];
    case "header":
      return [path, pairsOf(row, given as string[], ":")];
    case "label":
      return [path, pairsOf(row, given as string[], "=")];
    case "body":
      return bodyEntry(path, given as string);
    default:
      return [path, given];
  }
}

function bodyEntry(
  path: readonly (string | number)[],
  text: string,
): [readonly (string | number)[], string] {
  if (!text.startsWith("@")) return [path, text];
  return [[...path.slice(0, -1), "bodyFile"], text.slice(1)];
}
