/**
 * Renders run before the run, on nothing, so that the runtime has compiled them when they count: of
 * the first hundred some take 0.1 to 2 ms without it.
 */
import { latin1 } from "./request-filling.ts";
import type { Piece } from "./request-template.ts";
import { BodyLength, NumberField, RandInt, Seq, Uuid } from "./request-variable.ts";
import { TemplatedRequest } from "./templated-request.ts";

const RENDERS = 4000;
/** So that numbers of all widths come. */
const STEP = 104_729;

export function rehearseRenders(): void {
  const body = [new Uuid(0, 0), new RandInt(0, 1, -100, 100), new Seq()];
  const pieces: readonly Piece[] = [
    latin1("head"),
    new BodyLength(0, body),
    new NumberField(),
    ...body.flatMap((variable) => [latin1("literal"), variable]),
  ];
  const request = new TemplatedRequest(pieces, false);
  for (let i = 0; i < RENDERS; i++) request.render(i * STEP);
}
