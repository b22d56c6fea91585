/** The bytes of answers, composed once per kind and kept. */
import type { Behaviour, Framing } from "./behaviour.ts";

/** `none` says nothing: the connection of an HTTP/1.1 request stays open by default. */
export type ConnectionHeader = "none" | "close" | "keep-alive";

export interface ResponseShape {
  status: number;
  framing: Framing;
  connection: ConnectionHeader;
  /** The answer to a HEAD request: the head alone. */
  headOnly: boolean;
}

export interface Response {
  bytes: Buffer;
  headBytes: number;
}

const CHUNKS_PER_BODY = 4;
const REASONS: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export const TEXT_HEADER = "Content-Type: text/plain\r\n";
export const CONTINUE_BYTES = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/**
 * An HTTP/1.0 client must be told that the connection stays; an HTTP/1.1 client that it does not.
 */
export function connectionHeader(
  { minor }: { readonly minor: number },
  closes: boolean,
): ConnectionHeader {
  if (closes) return "close";
  return minor === 0 ? "keep-alive" : "none";
}

export function reasonOf(status: number): string {
  return REASONS[status] ?? "Status";
}

/** Whether answers of this status have a body at all (RFC 9110 §6.4.1). */
export function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

function chunk(body: Buffer): Buffer {
  const chunkBytes = Math.max(1, Math.ceil(body.length / CHUNKS_PER_BODY));
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const part = body.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

function framingHeader(shape: ResponseShape, bodyBytes: number): string {
  if (!hasBody(shape.status) || shape.framing === "close") return "";
  if (shape.framing === "chunked") return "Transfer-Encoding: chunked\r\n";
  return `Content-Length: ${bodyBytes}\r\n`;
}

/**
 * One whole answer. `body` is its content before framing and is left out where the status has none;
 * `headers` are whole lines with their ends.
 */
export function composeResponse(shape: ResponseShape, body: Buffer, headers = ""): Response {
  const connection = shape.connection === "none" ? "" : `Connection: ${shape.connection}\r\n`;
  const head = Buffer.from(
    `HTTP/1.1 ${shape.status} ${reasonOf(shape.status)}\r\n` +
      `${headers}${framingHeader(shape, body.length)}${connection}\r\n`,
  );
  if (shape.headOnly || !hasBody(shape.status)) return { bytes: head, headBytes: head.length };
  const framed = shape.framing === "chunked" ? chunk(body) : body;
  return { bytes: Buffer.concat([head, framed]), headBytes: head.length };
}

function keyOf(shape: ResponseShape): number {
  const framing = shape.framing === "length" ? 0 : shape.framing === "chunked" ? 1 : 2;
  const connection = shape.connection === "none" ? 0 : shape.connection === "close" ? 1 : 2;
  return ((shape.status * 3 + framing) * 3 + connection) * 2 + (shape.headOnly ? 1 : 0);
}

/** The answers that one behaviour can give, composed when first wanted. */
export class Responses {
  private readonly kept = new Map<number, Response>();

  constructor(private readonly behaviour: Behaviour) {}

  of(shape: ResponseShape): Response {
    const key = keyOf(shape);
    const known = this.kept.get(key);
    if (known) return known;
    const response = composeResponse(shape, this.body(shape.status), TEXT_HEADER);
    this.kept.set(key, response);
    return response;
  }

  private body(status: number): Buffer {
    const { bodyBytes } = this.behaviour;
    return bodyBytes === undefined
      ? Buffer.from(`${reasonOf(status)}\n`)
      : Buffer.alloc(bodyBytes, "x");
  }
}
