/** What becomes of exchanges that wait in the backlog: told at the end, and of each interval. */
import type { CellRecorder } from "./cell-recorder.ts";
import type { Backlog } from "./ring.ts";

export class Waiting {
  constructor(
    private readonly backlog: Backlog,
    private readonly cellOf: (i: number, dueNs: number) => CellRecorder,
  ) {}

  /** What still waits for a connection when the run is over is not sent any more. */
  giveUp(nowNs: number): void {
    const { backlog } = this;
    for (; backlog.size > 0; backlog.shift()) {
      const { headNumber: i, headDueNs: dueNs } = backlog;
      const cell = this.cellOf(i, dueNs);
      cell.backlog--;
      cell.unsent++;
      cell.unsentAge.record(Math.round(nowNs - dueNs));
    }
  }

  /** Should this child not live to tell of them otherwise. */
  recordAges(atNs: number): void {
    const { backlog } = this;
    for (let index = 0; index < backlog.size; index++) {
      const dueNs = backlog.dueAt(index);
      const cell = this.cellOf(backlog.numberAt(index), dueNs);
      cell.backlogAge.record(Math.round(atNs - dueNs));
    }
  }
}
