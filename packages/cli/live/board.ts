/**
 * The board: the last lines of a terminal, redrawn in place. The cursor rests below them and is
 * never hidden, so that a process that is killed leaves nothing to repair.
 *
 *     … what was said before …
 *     line 1 ◀─ up by the rows that were drawn, and over
 *     line 2
 *     ▏      ◀─ the cursor between two drawings
 *
 * A terminal that has become narrower has wrapped the lines that it shows: they are as many rows as
 * their cells need now.
 */
import type { Canvas } from "@nightjar/formats/live/live-block.ts";

/** Carriage return; erase the line; erase all below the cursor. */
const TO_START = "\r";
const ERASE_LINE = "\u001b[2K";
const ERASE_BELOW = "\u001b[J";

function up(rows: number): string {
  return rows === 0 ? "" : `\u001b[${rows}A`;
}

export class Board {
  /** Cells of each line that is on the terminal. */
  private drawn: readonly number[] = [];

  /** `canvasNow` is read at each drawing: a terminal is resized at any time. */
  constructor(
    private readonly canvasNow: () => Canvas,
    private readonly write: (text: string) => void,
  ) {}

  get canvas(): Canvas {
    return this.canvasNow();
  }

  draw(lines: readonly string[]): void {
    const body = lines.map((line) => `${ERASE_LINE}${line}\n`).join("");
    this.write(`${this.toTop()}${body}${ERASE_BELOW}`);
    this.drawn = lines.map((line) => Bun.stringWidth(line));
  }

  /** Whatever is written next stands where the board was. */
  clear(): void {
    if (this.drawn.length === 0) return;
    this.write(`${this.toTop()}${ERASE_BELOW}`);
    this.drawn = [];
  }

  /** What is above the terminal's first row is out of reach. */
  private toTop(): string {
    const { columns, rows } = this.canvas;
    const height = this.drawn.reduce((sum, cells) => sum + rowsFor(cells, columns), 0);
    return TO_START + up(Math.min(height, rows - 1));
  }
}

function rowsFor(cells: number, columns: number): number {
  return Math.max(1, Math.ceil(cells / columns));
}
