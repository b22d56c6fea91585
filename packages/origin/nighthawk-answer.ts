/** The answers that `x-nighthawk-test-server-config` asks for. */

import {
  type Asked,
  type ConfigHeader,
  type NighthawkConfig,
  NighthawkConfigError,
  parseNighthawkConfig,
  SEVERAL_CONFIGS,
} from "./nighthawk-config.ts";
import { Answer, type Outbox } from "./outbox.ts";
import type { Request } from "./request.ts";
import { composeResponse, connectionHeader, TEXT_HEADER } from "./response.ts";

const CONFIGS_MAX = 256;

/** Texts that were seen before are not read again; oldest out first. */
export class ConfigBook {
  private readonly kept = new Map<string, Asked>();

  /** `texts`: the values of all such headers of the request. */
  of(texts: readonly string[]): Asked {
    if (texts.length > 1) return { problem: SEVERAL_CONFIGS };
    const [text] = texts;
    const known = this.kept.get(text);
    if (known) return known;
    const asked = read(text);
    this.kept.set(text, asked);
    if (this.kept.size > CONFIGS_MAX) this.kept.delete(this.kept.keys().next().value as string);
    return asked;
  }
}

function read(text: string): Asked {
  try {
    return { config: parseNighthawkConfig(text) };
  } catch (error) {
    if (!(error instanceof NighthawkConfigError)) throw error;
    return { problem: error.message };
  }
}

/** What an answer is made of, beside its configuration. */
export interface Occasion {
  /** Since the request before, ns; `null`: it is the first. Of those read together it is 0. */
  readonly deltaNs: number | null;
  /** Of this request: `name: value` by lines. */
  readonly head: string;
}

export function nighthawkAnswer(
  outbox: Outbox,
  request: Request,
  asked: Asked,
  occasion: Occasion,
): Answer {
  if ("problem" in asked) return answerOf(outbox, request, 500, `${asked.problem}`, TEXT_HEADER);
  const { config } = asked;
  const echo = config.echo && !request.hasBody ? echoOf(occasion.head) : "";
  const body = "a".repeat(config.bodyBytes) + echo;
  return answerOf(outbox, request, 200, body, headersOf(config, body !== "", occasion.deltaNs));
}

function answerOf(
  outbox: Outbox,
  request: Request,
  status: number,
  body: string,
  headers: string,
): Answer {
  const closes = !request.keepAlive;
  const connection = connectionHeader(request, closes);
  const shape = { status, framing: "length", connection, headOnly: request.headOnly } as const;
  const { bytes } = composeResponse(shape, Buffer.from(body, "latin1"), headers);
  const answer = new Answer(outbox, bytes, bytes.length, request.place, status);
  if (closes) answer.after = "close";
  return answer;
}

/** Whole lines. A body has a type; what is configured comes after it, and may replace it. */
function headersOf(config: NighthawkConfig, hasBody: boolean, deltaNs: number | null): string {
  const first: ConfigHeader = { name: "content-type", value: "text/plain", append: false };
  const delta: ConfigHeader = { name: config.deltaHeader, value: String(deltaNs), append: true };
  const all = [
    ...(hasBody ? [first] : []),
    ...config.headers,
    ...(config.deltaHeader !== "" && deltaNs !== null ? [delta] : []),
  ];
  let sent: ConfigHeader[] = [];
  for (const header of all) {
    if (!header.append) sent = sent.filter(({ name }) => name !== header.name);
    sent.push(header);
  }
  return sent.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
}

/** In the spelling of Envoy's logs. */
function echoOf(head: string): string {
  const [line, ...fields] = head.split("\r\n").filter((one) => one !== "");
  const [method, path] = line.split(" ");
  const pairs = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
  });
  const host = pairs.find(([name]) => name === "host")?.[1] ?? "";
  const all = [
    [":authority", host],
    [":path", path],
    [":method", method],
    [":scheme", "http"],
    ...pairs.filter(([name]) => name !== "host"),
  ];
  return `\nRequest Headers:\n${all.map(([name, value]) => `'${name}', '${value}'\n`).join("")}`;
}
