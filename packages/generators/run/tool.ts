/** Tool: what a driver says of its program, for the machinery that runs it. */
import type { Fidelity } from "@nightjar/core/record/fidelity.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Job } from "../job.ts";
import type { ToolExit, ToolProcess } from "../process/tool-process.ts";

export interface Tool {
  /** What it reads, by file name in its folder; secrets go here, never into the arguments. */
  files(job: Job): Readonly<Record<string, string | Uint8Array>>;
  /** Pure; `program` is its path, and `[0]`. It runs in its folder. */
  command(job: Job, program: string): readonly string[];
  /** Of its environment beside ours. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Processes or threads that send, as the plan calls workers. */
  workers?(job: Job): number;
  /** Whether it ends by itself when the load is over; else it is asked to, at that time. */
  endsItself(job: Job): boolean;
  /** Beyond the drain, what it may take to end once it was asked to; default 2 s. */
  readonly lastWordsNs?: number;
  /** How much of stdout the reading needs. */
  readonly stdoutLimit?: number;
  /** Begins to read what one run tells. */
  read(scene: Scene): Reading;
}

/** What a reading is given. All times are ns after T0 unless they say otherwise. */
export interface Scene {
  readonly job: Job;
  /** Of this run alone; nobody else may read it. */
  readonly folder: string;
  readonly process: ToolProcess;
  readonly name: { readonly child: string; readonly incarnation: number };
  readonly spawnedNs: number;
  nowNs(): number;
  /** From a time of the wall clock. */
  readonly fromWallNs: (wallNs: number) => number;
  /** A text of the program without the plan's secrets. */
  shown(text: string): string;
  emit(snapshot: Snapshot): void;
  /** What the program has used since the last snapshot. */
  takeUsage(): Snapshot["usage"];
}

export interface Reading {
  /** Takes in what has been written since; called several times a second. */
  poll(nowNs: number): void;
  /** When load began, as far as is known by now. */
  readonly beginNs: number | undefined;
  /** The program has ended: the last snapshots are emitted. */
  conclude(end: ToolEnd): Conclusion;
}

export interface ToolEnd extends ToolExit {
  readonly nowNs: number;
  /** When it was asked to end before the plan's end. */
  readonly stoppedNs: number | undefined;
  /** It was not given the time to end. */
  readonly wasKilled: boolean;
}

export interface Conclusion {
  /** Snapshots emitted in all. */
  readonly intervals: number;
  /** Up to where exchanges became due, from the start of the load. */
  readonly untilNs: number;
  /** Why its numbers are not those of the plan. */
  readonly failure?: string;
  readonly fidelity?: Fidelity;
  readonly notes: readonly string[];
}
