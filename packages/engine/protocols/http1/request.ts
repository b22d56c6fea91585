/**
 * The request as bytes, made before the run. The exchange number, where the plan wants it sent, is
 * written into a field of fixed width in place: leading spaces are optional white space of the
 * header (RFC 9112 §5), so no length changes.
 */
import { assert } from "@nightjar/core/errors.ts";
import type { Target } from "@nightjar/core/target-schema.ts";

const NUMBER_WIDTH = 16;
const SPACE = 0x20;
const ZERO = 0x30;

export class RequestTemplate {
  constructor(
    readonly bytes: Uint8Array,
    /** Where the number field ends, or −1 without one. */
    private readonly numberEnd: number,
  ) {}

  /** Writes *i* right-aligned into its field; nothing to do in a template without one. */
  number(i: number): void {
    if (this.numberEnd < 0) return;
    let at = this.numberEnd;
    let rest = i;
    do {
      const digit = rest % 10;
      this.bytes[--at] = ZERO + digit;
      rest = (rest - digit) / 10;
    } while (rest > 0);
    const start = this.numberEnd - NUMBER_WIDTH;
    while (at > start) this.bytes[--at] = SPACE;
  }
}

/** Host with the port where it is not the scheme's own. */
function hostOf(url: URL): string {
  return url.host;
}

/** Latin-1: header values may hold obs-text. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function hasBody(method: string, body: Uint8Array): boolean {
  return body.length > 0 || method === "POST" || method === "PUT" || method === "PATCH";
}

/** What a request says of the way that it takes. */
export interface RequestForm {
  /** It goes to a forward proxy, which must read where to (RFC 9112 §3.2.2). */
  readonly absolute: boolean;
  /** For the proxy alone. */
  readonly proxyHeaders: Readonly<Record<string, string>>;
  /** It is the only one of its connection. */
  readonly close: boolean;
}

const DIRECT: RequestForm = { absolute: false, proxyHeaders: {}, close: false };

/** `body`: the bytes to send, empty for none. */
export function makeRequest(
  target: Target,
  body: Uint8Array,
  numberHeader?: string,
  { absolute, proxyHeaders, close }: RequestForm = DIRECT,
): RequestTemplate {
  const url = new URL(target.url);
  const names = Object.keys(target.headers).map((name) => name.toLowerCase());
  const path = `${url.pathname}${url.search}`;
  const lines = [`${target.method} ${absolute ? url.origin : ""}${path} HTTP/1.1`];
  if (!names.includes("host")) lines.push(`Host: ${hostOf(url)}`);
  if (!names.includes("user-agent")) lines.push("User-Agent: nightjar");
  if (!names.includes("accept")) lines.push("Accept: */*");
  const headers = [...Object.entries(proxyHeaders), ...Object.entries(target.headers)];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (close) lines.push("Connection: close");
  if (hasBody(target.method, body)) lines.push(`Content-Length: ${body.length}`);
  let head = `${lines.join("\r\n")}\r\n`;
  let numberEnd = -1;
  if (numberHeader !== undefined) {
    head += `${numberHeader}: ${" ".repeat(NUMBER_WIDTH)}`;
    numberEnd = head.length;
    head += "\r\n";
  }
  const headBytes = latin1(`${head}\r\n`);
  assert(numberEnd <= headBytes.length, "one character of the head is one byte");
  const bytes = new Uint8Array(headBytes.length + body.length);
  bytes.set(headBytes);
  bytes.set(body, headBytes.length);
  return new RequestTemplate(bytes, numberEnd);
}
