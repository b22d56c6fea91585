/** The head of a request in pieces, up to what depends on its body. */
import { DEFAULT_HEADERS } from "@nightjar/core/plan/default-headers.ts";
import {
  type HeaderText,
  proxyTextsOf,
  type TargetTexts,
} from "@nightjar/core/plan/target-text.ts";
import { type Filling, latin1 } from "./request-filling.ts";
import type { Piece } from "./request-template.ts";

/** What a request says of the way that it takes. */
export interface RequestForm {
  /** It goes to a forward proxy, which must read where to (RFC 9112 §3.2.2). */
  readonly absolute: boolean;
  /** For the proxy alone. */
  readonly proxyHeaders: Readonly<Record<string, string>>;
  /** It is the only one of its connection. */
  readonly close: boolean;
}

export function line(text: string): Uint8Array {
  return latin1(`${text}\r\n`);
}

/** Throws `prepare-failed`. */
export function headPieces(
  method: string,
  { url, headers }: TargetTexts,
  { absolute, proxyHeaders, close }: RequestForm,
  filling: Filling,
): Piece[] {
  const own = [...proxyTextsOf(proxyHeaders), ...headers];
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  const defaults = [["Host", url.authority.host], ...DEFAULT_HEADERS].filter(
    ([name]) => !names.has(name.toLowerCase()),
  );
  return [
    latin1(`${method} ${absolute ? url.authority.origin : ""}`),
    ...filling.pieces(url.segments, "url"),
    line(" HTTP/1.1"),
    ...defaults.map(([name, value]) => line(`${name}: ${value}`)),
    ...headerPieces(own, filling),
    ...(close ? [line("Connection: close")] : []),
  ];
}

export function headerPieces(headers: readonly HeaderText[], filling: Filling): Piece[] {
  return headers.flatMap(({ name, segments }) => [
    latin1(`${name}: `),
    ...filling.pieces(segments, "header"),
    line(""),
  ]);
}
