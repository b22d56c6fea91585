/**
 * A request that changes from exchange to exchange, written again into one buffer:
 *
 *     GET /cart/ │ 41 │ ?id= │ 6f9619ff-… │  HTTP/1.1 Host: … Content-Length: │ 12 │ …
 *     never      │ i  │ if it has moved   │ if it has moved                   │    │
 *
 * What stands before the first variable is written once, and a literal behind one only when its
 * place has changed, which is seldom: variables mostly keep their width.
 */
import { assert } from "@nightjar/core/errors.ts";
import type { Piece, RequestTemplate } from "./request-template.ts";
import { BodyLength, type Variable } from "./request-variable.ts";

const NEVER = -1;

export class TemplatedRequest implements RequestTemplate {
  readonly bytes: Uint8Array;
  length = 0;
  private readonly start: number;
  private readonly variables: readonly Variable[];
  /** The body's length is drawn last. */
  private readonly inOrderOfDraw: readonly Variable[];
  private readonly values: Float64Array;
  /** Behind each variable. */
  private readonly literals: readonly Uint8Array[];
  /** Where each literal stands in the buffer. */
  private readonly places: Int32Array;

  constructor(
    pieces: readonly Piece[],
    readonly head: boolean,
  ) {
    const { prefix, variables, literals } = alternate(pieces);
    this.variables = variables;
    this.literals = literals;
    this.start = prefix.length;
    this.places = new Int32Array(literals.length).fill(NEVER);
    this.inOrderOfDraw = variables.toSorted((a, b) => rank(a) - rank(b));
    this.values = new Float64Array(shareCells(variables));
    const most = variables.reduce((sum, { mostBytes }) => sum + mostBytes, prefix.length);
    this.bytes = new Uint8Array(literals.reduce((sum, { length }) => sum + length, most));
    this.bytes.set(prefix);
    this.render(0);
  }

  render(i: number): void {
    const { inOrderOfDraw, values, bytes, variables, literals, places } = this;
    for (let k = 0; k < inOrderOfDraw.length; k++) inOrderOfDraw[k].draw(i, values);
    let at = this.start;
    for (let k = 0; k < variables.length; k++) {
      at = variables[k].write(values, bytes, at);
      const literal = literals[k];
      if (places[k] !== at) {
        bytes.set(literal, at);
        places[k] = at;
      }
      at += literal.length;
    }
    this.length = at;
  }
}

function rank(variable: Variable): number {
  return variable instanceof BodyLength ? 1 : 0;
}

/** Gives each variable its cells. Returns how many there are. */
function shareCells(variables: readonly Variable[]): number {
  let next = 0;
  for (const variable of variables) {
    variable.cell = next;
    next += variable.cells;
  }
  return next;
}

interface Alternation {
  readonly prefix: Uint8Array;
  readonly variables: Variable[];
  /** As many as there are variables. */
  readonly literals: Uint8Array[];
}

/** Literals that meet become one. */
function alternate(pieces: readonly Piece[]): Alternation {
  const variables: Variable[] = [];
  const runs: Uint8Array[][] = [[]];
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      runs[runs.length - 1].push(piece);
    } else {
      variables.push(piece);
      runs.push([]);
    }
  }
  const [prefix, ...literals] = runs.map(joined);
  assert(literals.length === variables.length, "literals and variables alternate");
  return { prefix, variables, literals };
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
