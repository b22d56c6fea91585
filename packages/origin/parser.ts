/**
 * The head of an HTTP/1 request, read byte by byte without making strings (RFC 9112 §2–6).
 *
 *   (empty lines) ─▶ request line ─▶ header line ─▶ header line ─▶ … ─▶ empty line ─▶ COMPLETE
 *   a step may end early: INCOMPLETE (more bytes will tell), MALFORMED (request.problem tells)
 */
import { CONFIG_HEADER } from "./nighthawk-config.ts";
import { CHUNKED, type Request } from "./request.ts";

/** The results of `parse` that are not a place in the bytes. */
export const INCOMPLETE = 0;
export const MALFORMED = -1;
const LINE = 1;
const COMPLETE = 2;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const LENGTH_DIGITS_MAX = 15;

const VERSION = Buffer.from("HTTP/1.");
const CONTROL = Buffer.from("/.control/");
const HEAD = Buffer.from("HEAD");
const HOST = Buffer.from("host");
const EXPECT = Buffer.from("expect");
const CONNECTION = Buffer.from("connection");
const CONTENT_LENGTH = Buffer.from("content-length");
const TRANSFER_ENCODING = Buffer.from("transfer-encoding");
const BEHAVIOUR = Buffer.from("x-nightjar-behaviour");
const CONFIG = Buffer.from(CONFIG_HEADER);
const CLOSE = Buffer.from("close");
const KEEP_ALIVE = Buffer.from("keep-alive");

export class RequestParser {
  private readonly numberName: Buffer;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(numberHeader: string) {
    this.numberName = Buffer.from(numberHeader.toLowerCase());
  }

  /**
   * The place after the head that begins at `from`, or INCOMPLETE, or MALFORMED. Fills `request`.
   */
  parse(bytes: Buffer, from: number, request: Request): number {
    request.reset();
    this.bytes = bytes;
    this.at = from;
    while (bytes[this.at] === CR && bytes[this.at + 1] === LF) this.at += 2;
    if (bytes[this.at] === CR && this.at + 1 === bytes.length) return INCOMPLETE;
    let step = this.requestLine(request);
    while (step === LINE) step = this.headerLine(request);
    if (step === COMPLETE) step = this.checkWhole(request);
    return step === COMPLETE ? this.at : step;
  }

  private malformed(request: Request, problem: string): number {
    request.problem = problem;
    return MALFORMED;
  }

  private requestLine(request: Request): number {
    const method = this.at;
    const methodEnd = this.skipVisible(method);
    if (methodEnd >= this.bytes.length) return INCOMPLETE;
    if (methodEnd === method || this.bytes[methodEnd] !== SPACE)
      return this.malformed(request, "The request line does not begin with a method.");
    const target = methodEnd + 1;
    const targetEnd = this.skipVisible(target);
    if (targetEnd >= this.bytes.length) return INCOMPLETE;
    if (targetEnd === target || this.bytes[targetEnd] !== SPACE)
      return this.malformed(request, "The request line has no target and version.");
    request.headOnly = methodEnd - method === HEAD.length && this.holds(method, HEAD);
    this.readTarget(request, method, target, targetEnd);
    return this.version(request, targetEnd + 1);
  }

  private readTarget(request: Request, method: number, target: number, targetEnd: number): void {
    const { bytes } = this;
    if (bytes[target] === SLASH && bytes[target + 1] === CONTROL[1] && this.holds(target, CONTROL))
      request.control = bytes.toString("latin1", method, targetEnd);
    for (let at = target; at < targetEnd; at++)
      if (bytes[at] === QUESTION) {
        request.queryFrom = at + 1;
        request.queryTo = targetEnd;
        return;
      }
  }

  private version(request: Request, from: number): number {
    const { bytes } = this;
    if (from + VERSION.length + 3 > bytes.length) return INCOMPLETE;
    const minor = bytes[from + VERSION.length] - 48;
    const after = from + VERSION.length + 1;
    const ended = bytes[after] === CR && bytes[after + 1] === LF;
    if (!this.holds(from, VERSION) || (minor !== 0 && minor !== 1) || !ended)
      return this.malformed(request, "The version is neither HTTP/1.1 nor HTTP/1.0.");
    request.minor = minor;
    request.keepAlive = minor === 1;
    this.at = after + 2;
    return LINE;
  }

  private headerLine(request: Request): number {
    const { bytes } = this;
    const name = this.at;
    if (name + 1 >= bytes.length) return INCOMPLETE;
    if (bytes[name] === CR && bytes[name + 1] === LF) {
      this.at += 2;
      return COMPLETE;
    }
    let nameEnd = name;
    while (bytes[nameEnd] > SPACE && bytes[nameEnd] < 127 && bytes[nameEnd] !== COLON) nameEnd++;
    if (nameEnd >= bytes.length) return INCOMPLETE;
    if (nameEnd === name || bytes[nameEnd] !== COLON)
      return this.malformed(request, "A header has no name.");
    return this.headerValue(request, name, nameEnd);
  }

  private headerValue(request: Request, name: number, nameEnd: number): number {
    const { bytes } = this;
    let value = nameEnd + 1;
    while (bytes[value] === SPACE || bytes[value] === TAB) value++;
    let valueEnd = value;
    while (bytes[valueEnd] >= SPACE || bytes[valueEnd] === TAB) valueEnd++;
    if (valueEnd + 1 >= bytes.length) return INCOMPLETE;
    if (bytes[valueEnd] !== CR || bytes[valueEnd + 1] !== LF)
      return this.malformed(request, "A header has a control character in its value.");
    this.at = valueEnd + 2;
    while (valueEnd > value && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB))
      valueEnd--;
    return this.header(request, name, nameEnd - name, value, valueEnd);
  }

  /** Names are told apart by their lengths first, so that most headers cost nothing more. */
  private header(request: Request, name: number, length: number, from: number, to: number): number {
    if (length === this.numberName.length && this.named(name, this.numberName))
      return this.readNumber(request, from, to);
    switch (length) {
      case HOST.length:
        request.hasHost ||= this.named(name, HOST);
        return LINE;
      case EXPECT.length:
        return this.named(name, EXPECT) ? this.readExpect(request, from, to) : LINE;
      case CONNECTION.length:
        return this.named(name, CONNECTION) ? this.readConnection(request, from, to) : LINE;
      case CONTENT_LENGTH.length:
        return this.named(name, CONTENT_LENGTH) ? this.readLength(request, from, to) : LINE;
      case TRANSFER_ENCODING.length:
        return this.named(name, TRANSFER_ENCODING) ? this.readEncoding(request, from, to) : LINE;
      case BEHAVIOUR.length:
        return this.named(name, BEHAVIOUR) ? this.readBehaviour(request, from, to) : LINE;
      case CONFIG.length:
        if (this.named(name, CONFIG)) request.configs.push(from, to);
        return LINE;
      default:
        return LINE;
    }
  }

  private readNumber(request: Request, from: number, to: number): number {
    request.number = this.digits(from, to);
    if (request.number >= 0) return LINE;
    return this.malformed(request, "The number of the request is not a whole number.");
  }

  private readExpect(request: Request, from: number, to: number): number {
    const text = this.bytes.toString("latin1", from, to).toLowerCase();
    if (text !== "100-continue") return this.malformed(request, "The expectation is unknown.");
    request.expectsContinue = request.minor === 1;
    return LINE;
  }

  private readConnection(request: Request, from: number, to: number): number {
    if (this.isValue(from, to, KEEP_ALIVE)) request.keepAlive = true;
    else if (this.isValue(from, to, CLOSE)) request.keepAlive = false;
    else this.readConnectionList(request, this.bytes.toString("latin1", from, to));
    return LINE;
  }

  private readConnectionList(request: Request, list: string): void {
    const options = list
      .toLowerCase()
      .split(",")
      .map((option) => option.trim());
    if (options.includes("close")) request.keepAlive = false;
    else if (options.includes("keep-alive")) request.keepAlive = true;
  }

  private readLength(request: Request, from: number, to: number): number {
    const bodyBytes = this.digits(from, to);
    const repeated = request.hasLength && bodyBytes !== request.bodyBytes;
    if (bodyBytes < 0 || repeated || request.bodyBytes === CHUNKED)
      return this.malformed(request, "The Content-Length is not one whole number.");
    request.hasLength = true;
    request.bodyBytes = bodyBytes;
    return LINE;
  }

  private readEncoding(request: Request, from: number, to: number): number {
    const text = this.bytes.toString("latin1", from, to).toLowerCase();
    const repeated = request.hasLength || request.bodyBytes === CHUNKED;
    if (text !== "chunked" || repeated || request.minor === 0)
      return this.malformed(request, "The Transfer-Encoding is not chunked alone.");
    request.bodyBytes = CHUNKED;
    return LINE;
  }

  private readBehaviour(request: Request, from: number, to: number): number {
    request.behaviourFrom = from;
    request.behaviourTo = to;
    return LINE;
  }

  private checkWhole(request: Request): number {
    if (request.hasHost || request.minor === 0) return COMPLETE;
    return this.malformed(request, "HTTP/1.1 asks for a Host header.");
  }

  private skipVisible(from: number): number {
    const { bytes } = this;
    let at = from;
    while (bytes[at] > SPACE && bytes[at] < 127) at++;
    return at;
  }

  private holds(from: number, text: Buffer): boolean {
    for (let k = 0; k < text.length; k++) if (this.bytes[from + k] !== text[k]) return false;
    return true;
  }

  /** Without regard to case; for letters and hyphens alone. */
  private named(from: number, name: Buffer): boolean {
    for (let k = 0; k < name.length; k++)
      if ((this.bytes[from + k] | 0x20) !== name[k]) return false;
    return true;
  }

  private isValue(from: number, to: number, text: Buffer): boolean {
    return to - from === text.length && this.named(from, text);
  }

  private digits(from: number, to: number): number {
    if (to <= from || to - from > LENGTH_DIGITS_MAX) return -1;
    let value = 0;
    for (let at = from; at < to; at++) {
      const digit = this.bytes[at] - 48;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}
