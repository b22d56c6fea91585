/**
 * The request as bytes, made before the run: its literal text is there, and what changes from
 * exchange to exchange is written into the same buffer. Whether anything changes is chosen once.
 */

import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { textsOf } from "@nightjar/core/plan/target-text.ts";
import type { Assets, Order } from "@nightjar/core/run/load-generator.ts";
import { bodyPieces, lengthPieces } from "./request-body.ts";
import { Filling, latin1 } from "./request-filling.ts";
import { headPieces, line, type RequestForm } from "./request-head.ts";
import { rehearseRenders } from "./request-rehearsal.ts";
import type { Piece, RequestTemplate } from "./request-template.ts";
import { NumberField } from "./request-variable.ts";
import { joined, TemplatedRequest } from "./templated-request.ts";

/** The same for each exchange. */
class PlainRequest implements RequestTemplate {
  readonly length: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly head: boolean,
  ) {
    this.length = bytes.length;
  }

  render(): void {}
}

export type { RequestForm };

const DIRECT: RequestForm = { absolute: false, proxyHeaders: {}, close: false };

export interface RequestOptions {
  /** What templates are drawn from. */
  readonly seed: number;
  readonly assets: Assets;
  /** Carries the exchange number. */
  readonly numberHeader?: string;
  readonly form?: RequestForm;
}

/** The requests of the plan's targets, in their order. Throws `prepare-failed`. */
export function makeRequests({ plan, assets }: Pick<Order, "plan" | "assets">): RequestTemplate[] {
  const { targets, connection, seed, numberHeader } = plan;
  const { proxyHeaders, keepAlive } = connection;
  const direct = { ...DIRECT, close: !keepAlive };
  const proxied = { absolute: true, proxyHeaders, close: !keepAlive };
  const requests = targets.map((target, index) => {
    const isProxied = connection.proxy !== undefined && target.url.startsWith("http:");
    const form = isProxied ? proxied : direct;
    return makeRequest(target, { seed, assets, numberHeader, form }, index);
  });
  if (requests.some((request) => request instanceof TemplatedRequest)) rehearseRenders();
  return requests;
}

/** `index`: of the target in its plan. Throws `prepare-failed`. */
export function makeRequest(target: Target, options: RequestOptions, index = 0): RequestTemplate {
  const { method } = target;
  const filling = new Filling(options.seed, options.assets);
  const texts = textsOf(target, index);
  const head = headPieces(method, texts, options.form ?? DIRECT, filling);
  const body = bodyPieces(target, texts.body, filling);
  const pieces = [
    ...head,
    ...lengthPieces(method, body),
    ...numberPieces(options.numberHeader),
    line(""),
    ...body,
  ];
  return requestOf(pieces, method === "HEAD");
}

function numberPieces(name: string | undefined): Piece[] {
  return name === undefined ? [] : [latin1(`${name}: `), new NumberField(), line("")];
}

function requestOf(pieces: readonly Piece[], head: boolean): RequestTemplate {
  const literals = pieces.filter((piece) => piece instanceof Uint8Array);
  const isPlain = literals.length === pieces.length;
  return isPlain ? new PlainRequest(joined(literals), head) : new TemplatedRequest(pieces, head);
}
