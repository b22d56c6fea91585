/** How several runs with one T0 stand, while they go on: the whole and each. */
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import { severalBlock, severalLines } from "@nightjar/formats/live/live-several.ts";
import { SeveralWatch, type WatchedRun } from "./live/several-watch.ts";
import { showPicture } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface TogetherProgress {
  /** A second of one of them is merged, or something is added to it later. */
  add(run: number, merged: Snapshot): void;
  /** The Result of one of them is there. */
  over(run: number): void;
  end(): void;
}

const UNSEEN: TogetherProgress = { add() {}, over() {}, end() {} };

/** `isQuiet`: nothing is shown. */
export function showTogether(
  runs: readonly WatchedRun[],
  { interrupted, isQuiet }: { readonly interrupted: AbortSignal; readonly isQuiet: boolean },
  terminal: Terminal,
): TogetherProgress {
  if (isQuiet) return UNSEEN;
  const watch = new SeveralWatch(runs);
  const startMs = performance.now();
  const elapsedS = () => (performance.now() - startMs) / 1000;
  const look = () => watch.view(elapsedS(), interrupted.aborted);
  const end = showPicture(
    {
      get hasFigures() {
        return watch.hasFigures;
      },
      block: (canvas) => severalBlock(look(), canvas),
      lines: () => severalLines(look()),
    },
    terminal,
  );
  return {
    add: (run, merged) => watch.add(run, merged),
    over: (run) => watch.over(run, elapsedS()),
    end,
  };
}
