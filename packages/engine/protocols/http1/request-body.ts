/** The body of a request in pieces, and the header that says how long it is. */
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import type { Segment } from "@nightjar/core/plan/template.ts";
import { assetOf } from "../../asset.ts";
import { type Filling, latin1 } from "./request-filling.ts";
import type { Piece } from "./request-template.ts";
import { BodyLength, type Variable } from "./request-variable.ts";

const PATTERN = latin1("abcdefghijklmnopqrstuvwxyz0123456789");

/** `text`: of a body that the plan holds itself. Throws `prepare-failed`. */
export function bodyPieces(
  { bodyFile, bodySize }: Target,
  text: readonly Segment[],
  filling: Filling,
): Piece[] {
  if (bodyFile !== undefined) return [assetOf(filling.assets, bodyFile)];
  if (bodySize !== undefined) return [bodyOfSize(bodySize)];
  return filling.pieces(text, "body");
}

/** Letters and digits, over and over. */
function bodyOfSize(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => PATTERN[at % PATTERN.length]);
}

/** RFC 9110 §8.6: these say that they have none. */
const BODY_METHODS: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** Nothing where the request has no body and needs not say so. */
export function lengthPieces(method: string, body: readonly Piece[]): Piece[] {
  const variables = body.filter((piece): piece is Variable => !(piece instanceof Uint8Array));
  const literals = body.filter((piece) => piece instanceof Uint8Array);
  const literalBytes = literals.reduce((sum, { length }) => sum + length, 0);
  const least = variables.reduce((sum, { leastBytes }) => sum + leastBytes, literalBytes);
  const most = variables.reduce((sum, { mostBytes }) => sum + mostBytes, literalBytes);
  if (most === 0 && !BODY_METHODS.has(method)) return [];
  const value = least === most ? latin1(String(most)) : new BodyLength(literalBytes, variables);
  return [latin1("Content-Length: "), value, latin1("\r\n")];
}
