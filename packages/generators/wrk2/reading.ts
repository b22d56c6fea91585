/** Reads a run of wrk2: what it prints at its end. */
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary } from "../run/summary-book.ts";
import type { Conclusion, Reading, Scene, ToolEnd } from "../run/tool.ts";
import { wrk2Said } from "./summary.ts";

export class Wrk2Reading implements Reading {
  readonly beginNs: number;

  constructor(private readonly scene: Scene) {
    this.beginNs = scene.spawnedNs;
  }

  poll(): void {}

  conclude(end: ToolEnd): Conclusion {
    const { scene, beginNs } = this;
    const { stdout, stderr } = scene.process;
    const { summary, runtimeNs, failure, fidelity, notes } = wrk2Said(stdout.text + stderr.text);
    const untilNs = runtimeNs > 0 ? runtimeNs : untilOf(end, beginNs, scene.job);
    const intervals = emitSummary(summary, { beginNs, untilNs, restIsUnsent: false }, scene);
    const exit = failureOfExit("wrk2", end, scene.process);
    const wasStopped = end.stoppedNs !== undefined;
    return {
      ...{ intervals, untilNs, fidelity },
      failure: failure ?? exit,
      // Who was stopped is not to blame for what it had not yet measured.
      ...(wasStopped ? { failure: undefined } : {}),
      notes: wasStopped && failure !== undefined ? [...notes, failure] : notes,
    };
  }
}
