/** What becomes of exchanges that wait in the backlog: told at the end, and of each interval. */

import { ageless } from "@nightjar/core/record/histogram.ts";
import type { Recorder } from "./recorder.ts";
import type { Backlog } from "./ring.ts";

/**
 * Of more than these no ages are told: it would take longer than the loop may stand still. (With
 * some 4 million in the backlog answers were read up to 150 ms late.)
 */
const AGES_MOST = 30_000;

export class Waiting {
  constructor(
    private readonly backlog: Backlog,
    private readonly recorder: Recorder,
    private readonly targetOf: (i: number) => number,
  ) {}

  /** What still waits for a connection when the run is over is not sent any more. */
  giveUp(nowNs: number): void {
    const { backlog } = this;
    for (; backlog.size > 0; backlog.shift()) {
      const { headNumber: i, headDueNs: dueNs } = backlog;
      const cell = this.recorder.cellAt(dueNs, this.targetOf(i));
      cell.backlog--;
      cell.unsent++;
      cell.unsentAge.record(Math.round(nowNs - dueNs));
    }
  }

  /** Should this child not live to tell of them otherwise. */
  recordAges(atNs: number): void {
    const { backlog, recorder } = this;
    if (backlog.size > AGES_MOST) {
      for (const cell of recorder.waitingCells()) cell.backlogAge.add(ageless(cell.backlog));
      return;
    }
    for (let index = 0; index < backlog.size; index++) {
      const dueNs = backlog.dueAt(index);
      const cell = recorder.cellAt(dueNs, this.targetOf(backlog.numberAt(index)));
      cell.backlogAge.record(Math.round(atNs - dueNs));
    }
  }
}
