/**
 * `nightjar run` of a document with several clients: a plan each, begun at one T0, and their
 * exchanges added up.
 */
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import type { Result } from "@nightjar/core/result/result.ts";
import {
  SIDE_BY_SIDE_SCHEMA,
  type SideBySide,
  WholeTotals,
  worstOutcome,
} from "@nightjar/core/result/side-by-side.ts";
import { MEASURED_COLUMNS } from "@nightjar/core/run/capabilities.ts";
import { announcement, type Listeners } from "../conduct.ts";
import { recruit } from "../crew.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { guardTarget } from "../guard.ts";
import { Interruptions } from "../interruptions.ts";
import { type LocalRun, prepareLocal, soonNs } from "../local-run.ts";
import { releaseOutputs } from "../outputs.ts";
import type { PlanInput } from "../plan-input.ts";
import { openForSeveral, writeSeveral } from "../several-outputs.ts";
import { showTogether, type TogetherProgress } from "../together-progress.ts";

/**
 * Returns the exit code. All of them are ready before any sends load. Throws `NightjarError` before
 * any load is sent, or when an output cannot be written.
 */
export async function runTogether(
  inputs: readonly PlanInput[],
  { flags, terminal }: Listeners,
): Promise<number> {
  const outputs = openForSeveral(flags);
  const company = new Company(inputs, { flags, terminal });
  try {
    const document = await company.perform();
    if (document === undefined) return EXIT.interrupted;
    await writeSeveral(document, outputs, terminal);
    return company.isInterrupted ? EXIT.interrupted : EXIT_OF_OUTCOME[document.verdict.outcome];
  } finally {
    await company.close();
    releaseOutputs(outputs);
  }
}

/** A run for each plan. */
class Company {
  private readonly whole = new WholeTotals();
  private readonly runs: LocalRun[] = [];
  private readonly interruptions = new Interruptions((name) => this.interrupt(name));
  private progress: TogetherProgress | undefined;

  constructor(
    private readonly inputs: readonly PlanInput[],
    private readonly listeners: Listeners,
  ) {}

  get isInterrupted(): boolean {
    return this.interruptions.count > 0;
  }

  /** `undefined`: interrupted before any load was sent. */
  async perform(): Promise<SideBySide | undefined> {
    const { flags, terminal } = this.listeners;
    try {
      for (const [at, input] of this.inputs.entries()) this.runs.push(await this.ready(input, at));
    } catch (error) {
      if (!this.isInterrupted) throw error;
      terminal.note("nightjar: interrupted before any load was sent");
      return undefined;
    }
    for (const [at, { plan }] of this.inputs.entries()) {
      guardTarget(plan, this.runs[at].addresses, flags.yes === true);
    }
    return documentOf(this.inputs, await this.measure(), this.whole);
  }

  private async ready(input: PlanInput, at: number): Promise<LocalRun> {
    const { flags, terminal } = this.listeners;
    const start = await recruit(input);
    return prepareLocal(input.plan, input.assets, {
      crew: start(),
      signal: this.interruptions.signal,
      onSnapshot: (merged) => {
        this.whole.add(merged);
        this.progress?.add(at, merged);
      },
      onLoss: (sentence) =>
        flags.quiet || terminal.note(`${nameOf(at)}: ${sentence}; what it had to send is not sent`),
    });
  }

  private async measure(): Promise<Result[]> {
    const { flags, terminal } = this.listeners;
    const isQuiet = flags.quiet === true;
    if (!isQuiet) this.announce();
    const t0Ns = soonNs();
    const watched = this.runs.map(({ fold }, at) => ({ name: nameOf(at), fold }));
    const interrupted = this.interruptions.signal;
    const progress = showTogether(watched, { interrupted, isQuiet }, terminal);
    this.progress = progress;
    const measured = this.runs.map(async (run, at) => {
      const result = await run.measure(undefined, t0Ns);
      progress.over(at);
      return result;
    });
    try {
      return await Promise.all(measured);
    } finally {
      progress.end();
    }
  }

  private announce(): void {
    const { terminal } = this.listeners;
    for (const [at, { plan }] of this.inputs.entries()) {
      terminal.note(`${nameOf(at)}: ${announcement(plan, this.runs[at])}`);
    }
    terminal.note(`${this.inputs.length} clients begin together`);
  }

  private interrupt(name: string): void {
    const { runs, interruptions, listeners } = this;
    if (runs.length > 0 && interruptions.count === 1) {
      listeners.terminal.note(`${name}: ending; once more to end at once`);
    }
    for (const run of runs) run.interrupt(name);
  }

  async close(): Promise<void> {
    await Promise.all(this.runs.map((run) => run.close()));
    this.interruptions.release();
  }
}

function nameOf(at: number): string {
  return `client ${at + 1}`;
}

function documentOf(
  inputs: readonly PlanInput[],
  results: Result[],
  totals: WholeTotals,
): SideBySide {
  const common = MEASURED_COLUMNS.filter((column) =>
    results.every(({ latencyMs }) => latencyMs[column] !== undefined),
  );
  const missing = { failures: [], notRun: [] };
  return {
    schema: SIDE_BY_SIDE_SCHEMA,
    name: inputs[0].plan.name,
    order: inputs.map((_, at) => nameOf(at)),
    coolDownS: null,
    results,
    whole: totals.whole(common),
    ...missing,
    verdict: { outcome: worstOutcome({ results, ...missing }) },
  };
}

/** Which plan is meant is asked of one alone. */
export function refuseSeveral(inputs: readonly PlanInput[], what: string): void {
  if (inputs.length === 1) return;
  throw new NightjarError(
    "bad-usage",
    `${what}: the document has ${inputs.length} clients, a plan each`,
    "nightjar convert --from smp --to plan shows them",
  );
}
