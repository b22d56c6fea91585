/** Reads a run of wrk2: what it prints at its end. */
import { Dues } from "../run/dues.ts";
import { failureOfExit, untilOf } from "../run/ending.ts";
import { emitSummary, type Summary } from "../run/summary-book.ts";
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
    const all = [...notes, ...this.uncounted(summary, untilNs)];
    return {
      ...{ intervals, untilNs, fidelity },
      failure: failure ?? exit,
      // Who was stopped is not to blame for what it had not yet measured.
      ...(wasStopped ? { failure: undefined } : {}),
      notes: wasStopped && failure !== undefined ? [...all, failure] : all,
    };
  }

  /** Neither its percentiles nor its counts know of them. */
  private uncounted({ ok, errors, failures }: Summary, untilNs: number): string[] {
    const { job } = this.scene;
    const due = new Dues(job).before("measured", untilNs) ?? 0;
    const failed = Object.values(failures).reduce((total, { count }) => total + count, 0);
    const left = due - ok - errors - failed;
    if (left <= job.connections) return [];
    return [
      `wrk2: ${left} of ${due} exchanges that were due are in none of its counts: it had not ` +
        "sent them when it ended, or had no answer yet",
    ];
  }
}
