/** The slots of a worker, and what they share: made from the plan before the run. */
import type { Order } from "@nightjar/core/load-generator.ts";
import type { Plan } from "@nightjar/core/plan.ts";
import { connectionsOf } from "@nightjar/core/share.ts";
import type { Target } from "@nightjar/core/target-schema.ts";
import { ConnectDoctor } from "@nightjar/host/connect-failure.ts";
import { assetOf } from "../../asset.ts";
import type { Routes } from "../../routes.ts";
import { makeAnswerReader } from "./answer-reader.ts";
import { Http1Slot } from "./http1-slot.ts";
import { makeRequest, type RequestForm, type RequestTemplate } from "./request.ts";

export function http1Slots(order: Order, { rings, routeOf }: Routes): Http1Slot[] {
  const { plan, share } = order;
  const settings = {
    requests: requestsOf(order),
    heads: Uint8Array.from(plan.targets, ({ method }) => Number(method === "HEAD")),
    routeOf,
    rings,
    makeParser: makeAnswerReader(plan),
    exchangesMax: exchangesMax(plan),
    doctor: new ConnectDoctor(),
  };
  return Array.from({ length: connectionsOf(share) }, () => new Http1Slot(settings));
}

function exchangesMax({ connection }: Plan): number {
  const { keepAlive, maxRequests } = connection;
  return keepAlive ? (maxRequests ?? Number.POSITIVE_INFINITY) : 1;
}

/** Inside a tunnel nobody but the target reads the request. */
function formOf({ url }: Target, { connection }: Plan): RequestForm {
  const { proxy, proxyHeaders, keepAlive } = connection;
  const absolute = proxy !== undefined && url.startsWith("http:");
  return { absolute, proxyHeaders: absolute ? proxyHeaders : {}, close: !keepAlive };
}

function requestsOf({ plan, assets }: Order): RequestTemplate[] {
  return plan.targets.map((target) => {
    const { body, bodyFile } = target;
    const bytes =
      bodyFile === undefined ? new TextEncoder().encode(body ?? "") : assetOf(assets, bodyFile);
    return makeRequest(target, bytes, plan.numberHeader, formOf(target, plan));
  });
}
