/** What the coordinator hears of the agents of a run under way → a LiveAgent of each. */
import type { LatencyMeaning } from "@nightjar/core/record/fidelity.ts";
import { percentileOf, quantityAtRank, sizeOf } from "@nightjar/core/record/percentile.ts";
import { INTERVAL_NS, type Snapshot } from "@nightjar/core/record/snapshot.ts";
import { mergeTallies } from "@nightjar/core/record/tally.ts";
import { distributionOf, sourceOf } from "@nightjar/core/result/measure.ts";
import { quantityMs } from "@nightjar/core/result/result-quantity.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { LiveAgent } from "@nightjar/formats/live/live-view.ts";

/** What is known of an agent beside what it says of its exchanges. */
export interface WatchedAgent extends Pick<LiveAgent, "name" | "clock"> {
  /** Its name in the run. */
  readonly child: string;
  readonly isLost: boolean;
  readonly isSick: boolean;
}

type Figures = Pick<LiveAgent, "answeredPerS" | "p99" | "max" | "lagP99">;

const NOTHING: Figures = { answeredPerS: null, p99: null, max: null, lagP99: null };
const SECOND = INTERVAL_NS / 1e9;

interface Heard {
  last?: Snapshot;
  /** Of the last one. */
  figures?: Figures;
  isOver: boolean;
}

export class AgentsWatch {
  private readonly heard = new Map<string, Heard>();

  hear(event: RunEvent): void {
    const known = this.heard.get(event.child) ?? { isOver: false };
    this.heard.set(event.child, known);
    if (event.type === "ended") known.isOver = true;
    if (event.type !== "snapshot" || (known.last?.interval ?? -1) > event.interval) return;
    known.last = event;
    known.figures = undefined;
  }

  /** `kind`: of the latencies that are told. */
  look(agents: readonly WatchedAgent[], kind: LatencyMeaning): LiveAgent[] {
    return agents.map((agent) => {
      const heard = this.heard.get(agent.child);
      const figures = heard ? figuresOf(heard, kind) : NOTHING;
      return { name: agent.name, clock: agent.clock, state: stateOf(agent, heard), ...figures };
    });
  }
}

function stateOf({ isLost, isSick }: WatchedAgent, heard: Heard | undefined): LiveAgent["state"] {
  if (isLost) return "lost";
  if (heard?.isOver) return "over";
  if (isSick) return "sick";
  return heard?.last === undefined ? "waiting" : "running";
}

/** They change with each second of it alone. */
function figuresOf(heard: Heard, kind: LatencyMeaning): Figures {
  if (heard.last === undefined) return NOTHING;
  heard.figures ??= figuresIn(heard.last, kind);
  return heard.figures;
}

function figuresIn({ cells }: Snapshot, kind: LatencyMeaning): Figures {
  const tally = mergeTallies(cells.map((cell) => cell.tally));
  const distribution = distributionOf(sourceOf(tally), kind);
  const n = sizeOf(distribution);
  return {
    answeredPerS: tally.counts.completed / SECOND,
    p99: quantityMs(percentileOf(distribution, 99)),
    max: n === 0 ? null : quantityMs(quantityAtRank(distribution, n)),
    lagP99: quantityMs(percentileOf(distributionOf(sourceOf(tally), "lag"), 99)),
  };
}
