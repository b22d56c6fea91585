/**
 * Cell: the exchanges of one phase, stage and target. Each exchange belongs to exactly one, chosen
 * when it becomes due, so that a run in parts costs an exchange no more than a run in one piece.
 *
 *     warm-up │ stage 0 │ stage 1 │ …         rows, by due time
 *     target 0, target 1, …                   in each row
 */
import type { Plan } from "../plan/plan.ts";
import { stagesOf } from "../schedule/rate-profile.ts";
import { mergeTallies, type Tally } from "./tally.ts";

export const PHASES = ["warmup", "measured"] as const;
export type Phase = (typeof PHASES)[number];

/** Of an exchange of which nobody has heard: it belongs to its phase alone. */
export const UNKNOWN = -1;

export interface Cell {
  readonly phase: Phase;
  readonly stage: number;
  readonly target: number;
  readonly tally: Tally;
}

/**
 * Where the rows begin, ns after T0: the warm-up at 0 (it may be empty), then the stages, of which
 * a plan without any has one.
 */
export function rowStartsNs(plan: Plan): number[] {
  return [0, ...stagesOf(plan).map(({ fromNs }) => fromNs)];
}

function keyOf({ phase, stage, target }: Cell): string {
  return `${phase} ${stage} ${target}`;
}

/** Cells of the same place add up. Exact, in any order. */
export function mergeCells(parts: readonly (readonly Cell[])[]): Cell[] {
  if (parts.length === 1) return [...parts[0]];
  return [...byPlace(parts).values()].map((cells) => ({
    ...cells[0],
    tally: mergeTallies(cells.map(({ tally }) => tally)),
  }));
}

/** By the key of their place: at least one each. */
export function byPlace(parts: readonly (readonly Cell[])[]): Map<string, Cell[]> {
  const places = new Map<string, Cell[]>();
  for (const cells of parts) {
    for (const cell of cells) {
      const key = keyOf(cell);
      const known = places.get(key);
      if (known) known.push(cell);
      else places.set(key, [cell]);
    }
  }
  return places;
}
