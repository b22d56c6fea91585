/** What the parent knows of several runs under way together → a LiveSeveral. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import type { LiveClient, LiveSeveral, LiveView } from "@nightjar/formats/live/live-view.ts";
import { RunFigures } from "./run-figures.ts";
import { RunWatch } from "./run-watch.ts";
import { WholeSeconds } from "./whole-seconds.ts";

export interface WatchedRun {
  readonly name: string;
  readonly fold: RunFold;
}

export class SeveralWatch {
  private readonly watches: readonly RunWatch[];
  private readonly seconds: WholeSeconds;
  private readonly figures: RunFigures;
  private readonly isAlike: boolean;
  /** Of runs that are over: how they stood then. */
  private readonly last: (LiveView | undefined)[] = [];

  constructor(private readonly runs: readonly WatchedRun[]) {
    this.watches = runs.map(({ fold }) => new RunWatch(fold));
    const [{ fold }] = runs;
    const { headline } = fold.totals;
    this.isAlike = runs.every((run) => run.fold.totals.headline === headline);
    const plans = runs.map((run) => run.fold.plan);
    this.seconds = new WholeSeconds(plans, headline);
    this.figures = new RunFigures({ plan: planOfAll(runs), totals: this.seconds.totals });
  }

  add(run: number, merged: Snapshot): void {
    this.seconds.add(run, merged);
  }

  over(run: number, elapsedS: number): void {
    this.last[run] = this.watches[run].view(elapsedS, false);
    this.seconds.over(run);
  }

  /** Whether a whole second of all of them has come in. */
  get hasFigures(): boolean {
    return this.seconds.totals.series.length > 0;
  }

  /** `elapsedS` from T0; `isEnding`: a person has asked for the end. */
  view(elapsedS: number, isEnding: boolean): LiveSeveral {
    const clients = this.runs.map(({ name }, at): LiveClient => {
      const over = this.last[at];
      const view = over ?? this.watches[at].view(elapsedS, isEnding);
      return { name, view, isOver: over !== undefined };
    });
    return { whole: this.whole(clients), clients };
  }

  private whole(clients: readonly LiveClient[]): LiveView {
    const figures = this.figures.current;
    const { phase, elapsedS, totalS, done, leftS } = slowestOf(clients);
    return {
      ...figures,
      kind: this.isAlike ? figures.kind : null,
      ...{ phase, stage: null, elapsedS, totalS, done, leftS },
    };
  }
}

/** An offered rate is known where all offer one. */
function planOfAll(runs: readonly WatchedRun[]): Plan {
  const closed = runs.find(({ fold }) => fold.plan.load.model === "closed");
  return (closed ?? runs[0]).fold.plan;
}

/** The one that has most before it; of a plan without an end nobody knows. */
function slowestOf(clients: readonly LiveClient[]): LiveView {
  const going = clients.filter(({ isOver }) => !isOver);
  const views = (going.length === 0 ? clients : going).map(({ view }) => view);
  const lengthOf = ({ leftS }: LiveView) => leftS ?? Number.POSITIVE_INFINITY;
  return views.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
}
