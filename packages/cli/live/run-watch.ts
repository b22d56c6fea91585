/** What the parent knows of a run under way → a LiveView: its figures, and where it stands. */

import { parseDurationNs, SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { timing } from "@nightjar/core/plan/timing.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import type { LivePhase, LiveView } from "@nightjar/formats/live/live-view.ts";
import { RunFigures, sumOf } from "./run-figures.ts";

interface Way {
  readonly done: number;
  readonly leftS: number;
}

export class RunWatch {
  private readonly warmupS: number;
  private readonly totalS: number | null;
  private readonly drainS: number;
  private readonly stageEndsS: readonly number[];
  private readonly figures: RunFigures;

  constructor(private readonly fold: RunFold) {
    const { warmupNs, endNs, drainNs } = timing(fold.plan);
    this.figures = new RunFigures(fold);
    this.warmupS = warmupNs / SECOND_NS;
    this.totalS = endNs === Number.POSITIVE_INFINITY ? null : endNs / SECOND_NS;
    this.drainS = drainNs / SECOND_NS;
    let endS = this.warmupS;
    this.stageEndsS = (fold.plan.load.stages ?? []).map(({ duration }) => {
      endS += parseDurationNs(duration) / SECOND_NS;
      return endS;
    });
  }

  /** Whether a whole second of all workers has come in. */
  get hasFigures(): boolean {
    return this.fold.totals.series.length > 0;
  }

  /** `elapsedS` from T0; `isEnding`: a person has asked for the end. */
  view(elapsedS: number, isEnding: boolean): LiveView {
    const way = this.wayAt(elapsedS);
    const phase = isEnding ? "ending" : this.phaseAt(elapsedS, way);
    return {
      ...this.figures.current,
      phase,
      stage: this.stageAt(elapsedS),
      elapsedS,
      totalS: this.totalS,
      done: way === null ? null : Math.min(way.done, 1),
      leftS: this.leftS(phase, elapsedS, way),
    };
  }

  private phaseAt(elapsedS: number, way: Way | null): LivePhase {
    if (way !== null && way.done >= 1) return "draining";
    return elapsedS < this.warmupS ? "warm-up" : "measured";
  }

  /** Of the drain only its limit is known. */
  private leftS(phase: LivePhase, elapsedS: number, way: Way | null): number | null {
    if (phase === "ending" || way === null) return null;
    if (phase !== "draining") return way.leftS;
    return this.totalS === null ? null : Math.max(this.totalS + this.drainS - elapsedS, 0);
  }

  private stageAt(elapsedS: number): LiveView["stage"] {
    if (elapsedS < this.warmupS) return null;
    const at = this.stageEndsS.findIndex((endS) => elapsedS < endS);
    return at < 0 ? null : { number: at + 1, of: this.stageEndsS.length };
  }

  /** By time or by number of requests, whichever comes first; `null`: nobody knows. */
  private wayAt(elapsedS: number): Way | null {
    const ways = [this.wayByTime(elapsedS), this.wayByCount()].filter((way) => way !== null);
    return ways.reduce<Way | null>(
      (first, way) => (first === null || way.done > first.done ? way : first),
      null,
    );
  }

  private wayByTime(elapsedS: number): Way | null {
    const { totalS } = this;
    return totalS === null ? null : { done: elapsedS / totalS, leftS: totalS - elapsedS };
  }

  /** The rest takes as long as its share of what has been. */
  private wayByCount(): Way | null {
    const { requests } = this.fold.plan.load;
    const { course } = this.fold.totals;
    const due = sumOf(this.fold.totals, "due");
    if (requests === undefined || due === 0) return null;
    return { done: due / requests, leftS: (requests - due) / (due / course.endS) };
  }
}
