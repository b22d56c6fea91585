/**
 * One connection: bytes in, requests out, in order.
 *
 *   head ──(whole)──▶ [100 Continue if asked] ──▶ body ──(last byte)──▶ answer or control ──▶ head
 *   head or body ──(malformed, too long)──▶ deaf; an answer that ends the connection ──▶ deaf
 *   deaf: input is thrown away
 */
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import type { Socket } from "bun";
import { Body } from "./body.ts";
import type { Control } from "./control.ts";
import { type OriginLog, UNLOGGED } from "./log.ts";
import type { ConfigBook } from "./nighthawk-answer.ts";
import { Answer, Outbox, UNCOUNTED } from "./outbox.ts";
import { INCOMPLETE, MALFORMED, type RequestParser } from "./parser.ts";
import type { Recipe, RecipeBook } from "./recipe.ts";
import { CHUNKED, Request } from "./request.ts";
import type { Responder } from "./responder.ts";
import { CONTINUE_BYTES, composeResponse, connectionHeader, TEXT_HEADER } from "./response.ts";
import type { Stats } from "./stats.ts";

export const HEAD_BYTES_MAX = 64 * 1024;
const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** What all connections of an origin share. */
export interface House {
  parser: RequestParser;
  recipes: RecipeBook;
  configs: ConfigBook;
  responder: Responder;
  control: Control;
  log: OriginLog;
  stats: Stats;
}

export class Connection {
  readonly outbox: Outbox;
  /** Requests so far; control requests are left out. */
  requests = 0;
  /** The beginning of a head whose end has not come. */
  private rest: Buffer | undefined = undefined;
  private readonly request = new Request();
  private readonly body = new Body();
  private inBody = false;
  private deaf = false;
  /** A connection that has made only control requests is not counted. */
  private counted = true;

  constructor(
    private readonly socket: Socket<Connection>,
    readonly id: number,
    private readonly house: House,
  ) {
    this.outbox = new Outbox(socket, house.log, house.stats);
    this.countMe(true);
  }

  receive(chunk: Buffer): void {
    // One stamp is right for all requests that end in this chunk: it was read at one moment.
    this.request.arrivalNs = Math.round(monotonicNs());
    const bytes = this.rest === undefined ? chunk : this.extend(this.rest, chunk);
    let at = 0;
    while (at < bytes.length && !this.deaf) {
      const next = this.inBody ? this.readBody(bytes, at) : this.readHead(bytes, at);
      if (next === INCOMPLETE) this.keep(bytes.subarray(at));
      at = next === INCOMPLETE ? bytes.length : next;
    }
  }

  drained(): void {
    this.outbox.drained();
  }

  /** The peer sends no more; what is still due is answered, then the connection ends. */
  ended(): void {
    this.deaf = true;
    this.outbox.endWhenDone();
  }

  closed(): void {
    this.deaf = true;
    this.outbox.discard();
    if (this.counted) this.house.stats.connectionsOpen--;
  }

  /**
   * Nothing, while the end of the head is still missing: a head that trickles in is parsed once.
   */
  private extend(rest: Buffer, chunk: Buffer): Buffer {
    const bytes = Buffer.concat([rest, chunk]);
    this.rest = undefined;
    if (bytes.indexOf(END_OF_HEAD, Math.max(0, rest.length - 3)) >= 0) return bytes;
    this.keep(bytes);
    return bytes.subarray(bytes.length);
  }

  private keep(bytes: Buffer): void {
    if (bytes.length > HEAD_BYTES_MAX)
      this.refuse(431, `A head has at most ${HEAD_BYTES_MAX} bytes.`);
    else this.rest = bytes;
  }

  private readHead(bytes: Buffer, at: number): number {
    const { request } = this;
    const next = this.house.parser.parse(bytes, at, request);
    if (next === INCOMPLETE) return INCOMPLETE;
    if (next === MALFORMED) return this.refuseAll(bytes, request.problem);
    if (next - at > HEAD_BYTES_MAX) this.refuse(431, `A head has at most ${HEAD_BYTES_MAX} bytes.`);
    else this.accept(bytes, at, next);
    return next;
  }

  /** The head is whole: from `at` up to `next`. */
  private accept(bytes: Buffer, at: number, next: number): void {
    const { request, body } = this;
    if (request.configs.length > 0) this.readConfigs(bytes, at, next);
    else if (request.control === undefined) request.recipe = this.recipeFor(bytes);
    if (request.bodyBytes === CHUNKED) body.expectChunks();
    else body.expectLength(request.bodyBytes);
    this.inBody = !body.done;
    if (body.done) this.complete();
    else if (request.expectsContinue) this.outbox.push(this.uncounted(CONTINUE_BYTES));
  }

  private readConfigs(bytes: Buffer, at: number, next: number): void {
    const { request } = this;
    const { configs } = request;
    const texts = configs.flatMap((from, index) =>
      index % 2 === 0 ? [bytes.toString("latin1", from, configs[index + 1])] : [],
    );
    request.recipe = undefined;
    request.asked = this.house.configs.of(texts);
    request.head = bytes.toString("latin1", at, next);
  }

  private recipeFor(bytes: Buffer): Recipe {
    const { behaviourFrom, behaviourTo, queryFrom, queryTo } = this.request;
    const { recipes } = this.house;
    if (behaviourFrom >= 0) return recipes.of(bytes.toString("latin1", behaviourFrom, behaviourTo));
    if (queryTo > queryFrom) return recipes.of(bytes.toString("latin1", queryFrom, queryTo));
    return recipes.standard;
  }

  private readBody(bytes: Buffer, at: number): number {
    const next = this.body.consume(bytes, at);
    if (this.body.broken) return this.refuseAll(bytes, "The chunks of the body are malformed.");
    if (!this.body.done) return next;
    this.inBody = false;
    this.complete();
    return next;
  }

  /** The last byte of the request is here. */
  private complete(): void {
    const { request } = this;
    if (request.control !== undefined) this.obey(request.control);
    else this.answer(request);
  }

  private answer(request: Request): void {
    if (!this.counted) this.countMe(true);
    if (!this.house.responder.respond(this, request)) this.deaf = true;
  }

  private obey(control: string): void {
    if (this.requests === 0 && this.counted) this.countMe(false);
    const { request } = this;
    const { status, body, headers } = this.house.control.obey(control, this.socket.remoteAddress);
    const connection = connectionHeader(request, !request.keepAlive);
    const shape = { status, framing: "length", connection, headOnly: request.headOnly } as const;
    const answer = this.uncounted(composeResponse(shape, body, headers).bytes);
    if (!request.keepAlive) this.leaveAfter(answer);
    this.outbox.push(answer);
  }

  private refuseAll(bytes: Buffer, problem: string): number {
    this.refuse(400, problem);
    return bytes.length;
  }

  /** Answers what is no request, and ends the connection. */
  private refuse(status: number, problem: string): void {
    const { stats, log } = this.house;
    stats.requests++;
    const place = log.arrive(-1, this.id, this.request.arrivalNs);
    const shape = { status, framing: "length", connection: "close", headOnly: false } as const;
    const { bytes } = composeResponse(shape, Buffer.from(`${problem}\n`), TEXT_HEADER);
    const answer = new Answer(this.outbox, bytes, bytes.length, place, status);
    this.leaveAfter(answer);
    this.outbox.push(answer);
  }

  private leaveAfter(answer: Answer): void {
    answer.after = "close";
    this.deaf = true;
  }

  private uncounted(bytes: Buffer): Answer {
    return new Answer(this.outbox, bytes, bytes.length, UNLOGGED, UNCOUNTED);
  }

  private countMe(counted: boolean): void {
    const { stats } = this.house;
    this.counted = counted;
    stats.connectionsAccepted += counted ? 1 : -1;
    stats.connectionsOpen += counted ? 1 : -1;
  }
}
