/**
 * Recorder: what one worker records in the current interval, cell by cell. Flushed into a Snapshot
 * at the end of each interval.
 *
 *     row 0: warm-up │ row 1: stage 0 │ row 2: stage 1 │ …      a cell for each target in each row
 */

import type { Plan } from "@nightjar/core/plan/plan.ts";
import { parseRecordHeaders } from "@nightjar/core/plan/record-header.ts";
import { type Cell, rowStartsNs } from "@nightjar/core/record/cell.ts";
import { Histogram } from "@nightjar/core/record/histogram.ts";
import type { Snapshot, Usage } from "@nightjar/core/record/snapshot.ts";
import { BackendBook, BackendNames } from "./backend-book.ts";
import { CellRecorder, flushed } from "./cell-recorder.ts";

export interface RecorderShape {
  /** Where the rows begin, ns after T0, in order: the warm-up, then each stage. */
  readonly rowStartsNs: readonly number[];
  readonly targets: number;
  readonly recordHeaders: readonly string[];
}

export function recorderShape(plan: Plan): RecorderShape {
  const { targets, recordHeaders } = plan;
  return {
    rowStartsNs: rowStartsNs(plan),
    targets: targets.length,
    recordHeaders: parseRecordHeaders(recordHeaders).map(({ label }) => label),
  };
}

export class Recorder {
  readonly turn = new Histogram();
  readonly backendNames = new BackendNames();
  opened = 0;
  reused = 0;
  resumed = 0;
  closedByServer = 0;
  connectionsFailed = 0;
  bytesSent = 0;
  bytesReceived = 0;
  private readonly cells: (CellRecorder | undefined)[] = [];
  private readonly warmupBook = new BackendBook();
  private readonly measuredBook = new BackendBook();
  /** Where the search for a row begins: dues come in order, but for what waited. */
  private row = 0;

  constructor(private readonly shape: RecorderShape) {}

  /** The cell of an exchange that is due at `dueNs`, for `target`. */
  cellAt(dueNs: number, target: number): CellRecorder {
    const { rowStartsNs: starts } = this.shape;
    let { row } = this;
    while (row > 0 && dueNs < starts[row]) row--;
    while (row + 1 < starts.length && dueNs >= starts[row + 1]) row++;
    this.row = row;
    return this.cells[row * this.shape.targets + target] ?? this.open(row, target);
  }

  private open(row: number, target: number): CellRecorder {
    const measured = row > 0;
    const place: Omit<Cell, "tally"> = measured
      ? { phase: "measured", stage: row - 1, target }
      : { phase: "warmup", stage: 0, target };
    const book = measured ? this.measuredBook : this.warmupBook;
    const cell = new CellRecorder(place, book, this.shape.recordHeaders);
    this.cells[row * this.shape.targets + target] = cell;
    return cell;
  }

  /** Cells whose exchanges wait in the backlog. */
  waitingCells(): CellRecorder[] {
    return this.cells.filter((cell) => cell !== undefined && cell.backlog > 0) as CellRecorder[];
  }

  /** Nothing has happened to any exchange in this interval. */
  get isEmpty(): boolean {
    return this.cells.every((cell) => cell === undefined || cell.isEmpty);
  }

  flush(child: string, incarnation: number, interval: number, usage: Usage): Snapshot {
    const { opened, reused, closedByServer, connectionsFailed, resumed } = this;
    const { bytesSent, bytesReceived } = this;
    this.opened = this.reused = this.closedByServer = this.connectionsFailed = 0;
    this.resumed = this.bytesSent = this.bytesReceived = 0;
    const { names } = this.backendNames;
    this.warmupBook.flush(names);
    return {
      type: "snapshot",
      child,
      incarnation,
      interval,
      cells: this.flushCells(),
      turn: flushed(this.turn),
      connections: { opened, reused, closedByServer, failed: connectionsFailed, resumed },
      bytes: { sent: bytesSent, received: bytesReceived },
      usage,
      backends: this.measuredBook.flush(names),
      parts: { expected: 1, received: 1 },
    };
  }

  /** Cells of rows that are over are let go as soon as they are quiet. */
  private flushCells(): Cell[] {
    const passed = this.row * this.shape.targets;
    const flushedCells: Cell[] = [];
    for (const [at, cell] of this.cells.entries()) {
      if (cell === undefined) continue;
      if (!cell.isQuiet) flushedCells.push({ ...cell.place, tally: cell.flush() });
      else if (at < passed) this.cells[at] = undefined;
    }
    return flushedCells;
  }
}
