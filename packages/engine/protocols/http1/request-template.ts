/** What a request is made of, and what it is when it is made. */
import type { Variable } from "./request-variable.ts";

/** Bytes that never change, or what does. */
export type Piece = Uint8Array | Variable;

export interface RequestTemplate {
  /** The request is the first `length` of these, until `render` writes over them. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** The method is HEAD. */
  readonly head: boolean;
  /** Makes it the request of exchange *i*. */
  render(i: number): void;
}
