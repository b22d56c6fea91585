/** How a run stands, on standard error while it goes on, by the parent. */
import type { RunFold } from "@nightjar/core/run/fold.ts";
import { agentsBlock, agentsLine } from "@nightjar/formats/live/live-agents.ts";
import { type Canvas, liveBlock } from "@nightjar/formats/live/live-block.ts";
import { liveLine } from "@nightjar/formats/live/live-line.ts";
import type { LiveAgent } from "@nightjar/formats/live/live-view.ts";
import { RunWatch } from "./live/run-watch.ts";
import type { Terminal } from "./terminal.ts";

/** At most four a second: a timer may be early by a part of a millisecond. */
const REDRAW_MS = 255;
/** Lines of a log. */
const LINE_MS = 2000;
/** When it is looked whether the first second is complete. */
const LOOK_MS = 250;

export interface Shown {
  readonly fold: RunFold;
  /** From now to T0. */
  readonly leadS?: number;
  /** Of a fleet. */
  readonly agents?: () => readonly LiveAgent[];
  /** Aborted: a person has asked for the end. */
  readonly interrupted: AbortSignal;
}

/** What there is to see of a run, or of several. */
export interface Picture {
  readonly hasFigures: boolean;
  block(canvas: Canvas): string[];
  lines(): string[];
}

/** One run. Returns what ends it. */
export function showProgress(
  { fold, leadS = 0, agents, interrupted }: Shown,
  terminal: Terminal,
): () => void {
  const watch = new RunWatch(fold);
  const startMs = performance.now();
  const elapsedS = () => Math.max(0, (performance.now() - startMs) / 1000 - leadS);
  const look = () => watch.view(elapsedS(), interrupted.aborted);
  return showPicture(
    {
      get hasFigures() {
        return watch.hasFigures;
      },
      block: (canvas) =>
        agents ? agentsBlock(look(), agents(), canvas) : liveBlock(look(), canvas),
      lines: () => [agents ? agentsLine(look(), agents()) : liveLine(look())],
    },
    terminal,
  );
}

/** A block that is redrawn in place where the terminal can, else lines. Returns what ends it. */
export function showPicture(picture: Picture, terminal: Terminal): () => void {
  const { board } = terminal;
  if (board) {
    const end = repeat(REDRAW_MS, () => board.draw(picture.block(board.canvas)));
    return () => {
      end();
      board.clear();
    };
  }
  const print = () => {
    for (const text of picture.lines()) terminal.note(text);
  };
  return printLines(print, () => picture.hasFigures);
}

/** The first as soon as there is something to say, then one at each even second. */
function printLines(print: () => void, isReady: () => boolean): () => void {
  const startMs = performance.now();
  let nextMs = 0;
  return repeat(LOOK_MS, () => {
    const atMs = performance.now() - startMs;
    const isEarly = nextMs === 0 && atMs < LINE_MS && !isReady();
    if (atMs < nextMs || isEarly) return;
    print();
    nextMs = (Math.floor(atMs / LINE_MS) + 1) * LINE_MS;
  });
}

/** So long after the last, however late that came. */
function repeat(everyMs: number, action: () => void): () => void {
  let timer: Timer | undefined;
  const again = () => {
    action();
    timer = setTimeout(again, everyMs);
  };
  timer = setTimeout(again, everyMs);
  return () => clearTimeout(timer);
}
