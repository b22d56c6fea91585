/** Decides what becomes of a request: which answer, when, and what happens to the connection. */
import type { Behaviour } from "./behaviour.ts";
import { Departures } from "./departures.ts";
import { choose, drawDurationNs, Purpose, uniform } from "./draw.ts";
import { type OriginLog, UNLOGGED } from "./log.ts";
import { nighthawkAnswer } from "./nighthawk-answer.ts";
import type { Asked, NighthawkConfig } from "./nighthawk-config.ts";
import { Answer, type Outbox, UNCOUNTED } from "./outbox.ts";
import { QUEUES_MAX, Queues } from "./queue.ts";
import type { Recipe } from "./recipe.ts";
import type { Request } from "./request.ts";
import {
  CONTINUE_BYTES,
  composeResponse,
  connectionHeader,
  hasBody,
  type Response,
  TEXT_HEADER,
} from "./response.ts";
import type { Stats } from "./stats.ts";

const AT_ONCE = 0;
/** There is no room for another queue. */
const NEVER = -1;
const NOTHING = Buffer.alloc(0);

/** Who asks: a connection, as far as it matters here. */
export interface Asker {
  readonly id: number;
  readonly outbox: Outbox;
  /** Requests so far. */
  requests: number;
}

export class Responder {
  private readonly queues = new Queues();
  private readonly departures = new Departures<Answer>((answer) => {
    answer.ready = true;
    answer.outbox.flush();
  });
  private sequence = 0;
  /** When the request before came; 0: there was none. */
  private lastNs = 0;

  constructor(
    private readonly seed: number,
    private readonly log: OriginLog,
    private readonly stats: Stats,
  ) {}

  stop(): void {
    this.departures.stop();
  }

  /**
   * Takes a request that has its recipe and arrival. Returns whether the connection may take
   * another. The plain case (the recipe's whole answer, an ordinary HTTP/1.1 request, nobody in
   * line) draws nothing and makes no object. `wrk -t1 -c50 -d5s http://127.0.0.1:PORT/` on 2 cores:
   * 214,000/s, the same with log and numbers; 205,000/s with `?size=1024&status=503:1`; 149,000/s
   * over TLS.
   */
  respond(connection: Asker, request: Request): boolean {
    const { recipe } = request;
    const beforeNs = this.lastNs;
    this.lastNs = request.arrivalNs;
    this.stats.requests++;
    connection.requests++;
    request.index = request.number >= 0 ? request.number : this.sequence++;
    request.place = this.log.arrive(request.number, connection.id, request.arrivalNs);
    if (recipe === undefined) return this.respondAsAsked(connection, request, beforeNs);
    const ordinary = request.minor === 1 && request.keepAlive && !request.headOnly;
    if (recipe.immediate === undefined || !ordinary || !connection.outbox.idle)
      return this.respondWithCare(connection, request, recipe);
    connection.outbox.writeAtOnce(recipe.immediate, request.place, recipe.behaviour.status);
    return true;
  }

  /** As Nighthawk's test server does. */
  private respondAsAsked(connection: Asker, request: Request, beforeNs: number): boolean {
    const asked = request.asked as Asked;
    const deltaNs = beforeNs === 0 ? null : request.arrivalNs - beforeNs;
    const occasion = { deltaNs, head: request.head };
    const answer = nighthawkAnswer(connection.outbox, request, asked, occasion);
    const delayNs = "config" in asked ? this.delayNs(asked.config) : 0;
    if (delayNs > 0) {
      this.log.draw(request.place, delayNs, request.arrivalNs + delayNs);
      this.postpone(answer, request.arrivalNs + delayNs);
    }
    connection.outbox.push(answer);
    return answer.after === "keep";
  }

  private delayNs({ delayNs, delayPerRequestNs }: NighthawkConfig): number {
    return delayNs + delayPerRequestNs * (this.departures.size + 1);
  }

  private respondWithCare(connection: Asker, request: Request, recipe: Recipe): boolean {
    const { behaviour } = recipe;
    const dueNs = this.dueNs(behaviour, request);
    const problem = dueNs === NEVER ? `There are already ${QUEUES_MAX} queues.` : recipe.problem;
    if (behaviour.interim && request.minor === 1) connection.outbox.push(interimAnswer(connection));
    const answer =
      problem === undefined
        ? this.compose(connection, request, recipe)
        : problemAnswer(connection, request, problem);
    if (dueNs > AT_ONCE || answer.silent) this.postpone(answer, dueNs);
    connection.outbox.push(answer);
    return answer.after === "keep";
  }

  private postpone(answer: Answer, dueNs: number): void {
    answer.ready = false;
    answer.dueNs = dueNs;
    if (!answer.silent) this.departures.schedule(answer);
  }

  /** In the clock of the arrival, or AT_ONCE, or NEVER. */
  private dueNs(behaviour: Behaviour, request: Request): number {
    const { delay, queue } = behaviour;
    if (queue) return this.queueDueNs(queue.name, queue.service, request);
    if (!delay) return AT_ONCE;
    const delayNs = drawDurationNs(delay, uniform(this.seed, request.index, Purpose.delay));
    this.log.draw(request.place, delayNs, request.arrivalNs + delayNs);
    return request.arrivalNs + delayNs;
  }

  private queueDueNs(
    name: string,
    service: Parameters<typeof drawDurationNs>[0],
    request: Request,
  ): number {
    const server = this.queues.named(name);
    if (server === undefined) return NEVER;
    const u = uniform(this.seed, request.index, Purpose.service);
    const serviceNs = drawDurationNs(service, u);
    const departureNs = server.admit(request.arrivalNs, serviceNs);
    this.log.draw(request.place, serviceNs, departureNs);
    return departureNs;
  }

  private happens(share: number, request: Request, purpose: Purpose): boolean {
    return share > 0 && uniform(this.seed, request.index, purpose) < share;
  }

  private status(behaviour: Behaviour, request: Request): number {
    if (behaviour.statuses.length === 0) return behaviour.status;
    const u = uniform(this.seed, request.index, Purpose.status);
    return choose(behaviour.statuses, u, behaviour.status);
  }

  private compose(connection: Asker, request: Request, recipe: Recipe): Answer {
    const { behaviour } = recipe;
    if (this.happens(behaviour.reset, request, Purpose.reset))
      return resetAnswer(connection, request);
    if (this.happens(behaviour.silence, request, Purpose.silence))
      return silentAnswer(connection, request);
    const status = this.status(behaviour, request);
    const closes = closesAfter(behaviour, status, connection, request);
    const response = recipe.responses.of({
      status,
      framing: framingFor(behaviour, request),
      connection: connectionHeader(request, closes),
      headOnly: request.headOnly,
    });
    const aborts = this.happens(behaviour.abort, request, Purpose.abort);
    const length = aborts ? abortedLength(response) : response.bytes.length;
    const answer = new Answer(connection.outbox, response.bytes, length, request.place, status);
    if (closes || aborts) answer.after = "close";
    return answer;
  }
}

/** HTTP/1.0 knows no chunks. */
function framingFor(behaviour: Behaviour, request: Request): Behaviour["framing"] {
  const { framing } = behaviour;
  return framing === "chunked" && request.minor === 0 ? "close" : framing;
}

function closesAfter(
  behaviour: Behaviour,
  status: number,
  connection: Asker,
  request: Request,
): boolean {
  if (!request.keepAlive) return true;
  if (behaviour.closeAfter > 0 && connection.requests >= behaviour.closeAfter) return true;
  return framingFor(behaviour, request) === "close" && hasBody(status) && !request.headOnly;
}

/** The head and half of the body. */
function abortedLength(response: Response): number {
  return response.headBytes + Math.floor((response.bytes.length - response.headBytes) / 2);
}

function interimAnswer(connection: Asker): Answer {
  const bytes = CONTINUE_BYTES;
  return new Answer(connection.outbox, bytes, bytes.length, UNLOGGED, UNCOUNTED);
}

function resetAnswer(connection: Asker, request: Request): Answer {
  const answer = new Answer(connection.outbox, NOTHING, 0, request.place, UNCOUNTED);
  answer.after = "reset";
  return answer;
}

function silentAnswer(connection: Asker, request: Request): Answer {
  const answer = new Answer(connection.outbox, NOTHING, 0, request.place, UNCOUNTED);
  answer.silent = true;
  return answer;
}

/** 400 with the reason; the connection lives on, for the request itself was well formed. */
function problemAnswer(connection: Asker, request: Request, problem: string): Answer {
  const closes = !request.keepAlive;
  const shape = {
    status: 400,
    framing: "length",
    connection: connectionHeader(request, closes),
    headOnly: request.headOnly,
  } as const;
  const { bytes } = composeResponse(shape, Buffer.from(`${problem}\n`), TEXT_HEADER);
  const answer = new Answer(connection.outbox, bytes, bytes.length, request.place, 400);
  if (closes) answer.after = "close";
  return answer;
}
