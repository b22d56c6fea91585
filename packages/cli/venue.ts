/** Venue: from where load is sent: this machine, or the agents of a fleet. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Snapshot } from "@nightjar/core/record/snapshot.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import type { RunFold } from "@nightjar/core/run/fold.ts";
import type { RunEvent } from "@nightjar/core/run/load-generator.ts";
import type { RunStart } from "@nightjar/formats/jsonl/jsonl.ts";
import { recruit } from "./crew.ts";
import type { WatchedAgent } from "./live/agents-watch.ts";
import { prepareLocal } from "./local-run.ts";
import type { PlanInput } from "./plan-input.ts";

/** A run that is ready to send, wherever its load comes from. */
export interface PreparedRun {
  readonly fold: RunFold;
  /** Addresses that load will go to. */
  readonly addresses: readonly string[];
  /** Those that carry the load. */
  readonly workers: number;
  /** Of a fleet: its machines, as they are now. */
  readonly agents?: () => readonly WatchedAgent[];
  /** By which it can be collected, also where this process dies amid it. */
  readonly keptAs?: string;
  /** From the start to T0, by when all have heard of it. */
  readonly leadS?: number;
  /** Sends the load and gives the Result. `onStart` is told just before. */
  measure(onStart: (start: RunStart) => void): Promise<Result>;
  /** First call: a graceful end. Second: at once. Third: without waiting for what is still said. */
  interrupt(reason: string): void;
  /** Gives it up: nothing of it is left. */
  close(): Promise<void>;
}

export interface Watchers {
  /** Aborted while it is being prepared: cancels it. */
  readonly signal: AbortSignal;
  /** Told of every second that is merged, and again of what is added to it later. */
  readonly onSnapshot: (merged: Snapshot) => void;
  /** Of a fleet: told of every event of every agent. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Told in a sentence of who is gone, while the others go on. */
  readonly onLoss: (sentence: string) => void;
}

/** What is to be run. */
export interface Errand {
  readonly plan: Plan;
  /** Leaves nothing behind where it throws. */
  readonly prepare: (watchers: Watchers) => Promise<PreparedRun>;
}

export interface Venue {
  /** Judges the plan for its generator. Throws `bad-plan` and `file`. */
  errandOf(input: PlanInput): Promise<Errand>;
  /** What a person should know of a run that has ended. */
  farewell?(result: Result): string;
}

export const HERE: Venue = {
  async errandOf(input) {
    const { plan, assets } = input;
    const start = await recruit(input);
    return {
      plan,
      prepare: ({ signal, onSnapshot, onLoss }) =>
        prepareLocal(plan, assets, {
          ...{ crew: start(), signal, onSnapshot },
          onLoss: (sentence) => onLoss(`${sentence}; what it had to send is not sent`),
        }),
    };
  },
};
