/** The request that asks a forward proxy for a tunnel (RFC 9110 §9.3.6). */
import { type Authority, hostPortOf } from "@nightjar/core/plan/authority.ts";
import { proxyTextsOf } from "@nightjar/core/plan/target-text.ts";
import type { Order } from "@nightjar/core/run/load-generator.ts";
import { Filling } from "./request-filling.ts";
import { headerPieces, line } from "./request-head.ts";
import type { Piece } from "./request-template.ts";
import { joined } from "./templated-request.ts";

/** It is the same for each connection to `end`. Throws `prepare-failed`. */
export function connectRequest(
  end: Authority,
  { plan, assets }: Pick<Order, "plan" | "assets">,
): Uint8Array {
  const to = hostPortOf(end);
  const headers = proxyTextsOf(plan.connection.proxyHeaders);
  const pieces: Piece[] = [
    line(`CONNECT ${to} HTTP/1.1`),
    line(`Host: ${to}`),
    ...headerPieces(headers, new Filling(plan.seed, assets)),
    line(""),
  ];
  return joined(pieces.filter((piece) => piece instanceof Uint8Array));
}
