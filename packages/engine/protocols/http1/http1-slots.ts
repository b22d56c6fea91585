/** The slots of a worker, and what they share: made from the plan before the run. */

import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import { connectionsOf } from "@nightjar/core/schedule/share.ts";
import { ConnectDoctor } from "@nightjar/host/connect-failure.ts";
import type { Routes } from "../../routes.ts";
import { makeAnswerReader } from "./answer-reader.ts";
import { Http1Slot } from "./http1-slot.ts";
import { makeRequests } from "./request.ts";

export function http1Slots(order: Order, { rings, routeOf }: Routes): Http1Slot[] {
  const { plan, share } = order;
  const settings = {
    requests: makeRequests(order),
    routeOf,
    rings,
    makeParser: makeAnswerReader(plan, order.details !== undefined),
    exchangesMax: exchangesMax(plan),
    doctor: new ConnectDoctor(),
  };
  return Array.from({ length: connectionsOf(share) }, () => new Http1Slot(settings));
}

function exchangesMax({ connection }: Plan): number {
  const { keepAlive, maxRequests } = connection;
  return keepAlive ? (maxRequests ?? Number.POSITIVE_INFINITY) : 1;
}
