/**
 * Oracle: what the accounts of a run must be, from the books of its simulated children and from
 * which of their words the stream holds.
 *
 *     intervals   heard … L │ never heard
 *     due         counted   │ unknown, from L + 1, or from where the agent ceased of itself
 */
import { timing } from "@nightjar/core/plan/timing.ts";
import { PHASES, type Phase } from "@nightjar/core/record/cell.ts";
import { INTERVAL_NS } from "@nightjar/core/record/snapshot.ts";
import { countDue } from "@nightjar/core/schedule/due-count.ts";
import { modelOf, type PhaseModel, type WorkerModel } from "@nightjar/core/simulation/model.ts";
import type { Part, RunReport } from "./fleet-world.ts";
import type { ChildBook, StreamBooks } from "./stream-books.ts";

interface Known {
  readonly part: Part;
  readonly book: ChildBook;
}

const NOTHING: ChildBook = { heard: new Set(), ended: undefined };

/** By phase; of the open loop alone. */
export function modelOfRun(
  { order }: RunReport,
  books: StreamBooks,
  parts: readonly Part[],
): Record<Phase, PhaseModel> {
  const all = parts.filter((part) => part.order.runId === order.runId);
  const known = (books.head?.children ?? []).flatMap(({ spec }): Known[] => {
    const part = all.find((one) => one.order.child === spec.id);
    const book = books.children.get(spec.id) ?? NOTHING;
    return part === undefined ? [] : [{ part, book }];
  });
  const untils = known.flatMap(({ book }) => ownUntilNs(book) ?? []);
  const runUntilNs = untils.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...untils);
  const model = modelOf(known.map(workerOf));
  for (const one of known) addUnheard(model, one, ownUntilNs(one.book) ?? runUntilNs);
  return model;
}

function workerOf({ part: { run }, book: { heard } }: Known): WorkerModel {
  return { run, heard, isLost: false, owed: undefined, untilNs: run.life.untilNs };
}

/** Up to where exchanges became due, by its own word; who ceased of itself owed more. */
function ownUntilNs({ ended }: ChildBook): number | undefined {
  if (ended === undefined || ended.outcome === "lost") return undefined;
  return ended.outcome === "done" ? Number.POSITIVE_INFINITY : (ended.untilNs ?? undefined);
}

function addUnheard(
  model: Record<Phase, PhaseModel>,
  { part, book: { heard, ended } }: Known,
  untilNs: number,
): void {
  const { plan, share } = part.run.life;
  const { warmupNs } = timing(plan);
  const silentNs = (Math.max(-1, ...heard) + 1) * INTERVAL_NS;
  const ceasedNs = ended?.outcome === "lost" ? (ended.untilNs ?? silentNs) : silentNs;
  const fromNs = Math.min(silentNs, ceasedNs);
  const ranges: Record<Phase, [number, number]> = {
    warmup: [fromNs, Math.min(warmupNs, untilNs)],
    measured: [Math.max(fromNs, warmupNs), untilNs],
  };
  const owe = (phase: Phase, from: number, to: number) => {
    const unknown = from < to ? (countDue(plan, share, from, to) ?? 0) : 0;
    model[phase].counts.unknown += unknown;
    model[phase].counts.due += unknown;
  };
  for (const phase of PHASES) owe(phase, ...ranges[phase]);
  if (ended !== undefined) return;
  // Whose end was not heard may have gone on, for all that anybody knows.
  const last = Math.max(-1, ...heard);
  for (let interval = 0; interval < last; interval++) {
    if (heard.has(interval)) continue;
    const fromNs = Math.max(interval * INTERVAL_NS, part.run.life.untilNs);
    const toNs = (interval + 1) * INTERVAL_NS;
    owe("warmup", fromNs, Math.min(toNs, warmupNs));
    owe("measured", Math.max(fromNs, warmupNs), toNs);
  }
}
