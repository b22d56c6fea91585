/** `nightjar run --generator A,B`: one plan by several generators, one after another. */
import { EXIT, NightjarError } from "@nightjar/core/errors.ts";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import {
  DURATION_PATTERN,
  formatDuration,
  parseDurationNs,
  SECOND_NS,
} from "@nightjar/core/plan/quantity.ts";
import {
  SIDE_BY_SIDE_SCHEMA,
  type SideBySide,
  shuffled,
  worstOutcome,
} from "@nightjar/core/result/side-by-side.ts";
import { conduct, type Listeners, type Measured } from "../conduct.ts";
import { EXIT_OF_OUTCOME } from "../exit-codes.ts";
import { Interruptions } from "../interruptions.ts";
import { COOL_DOWN_OPTION } from "../options/generator.ts";
import { keyOf } from "../options/row.ts";
import { refuseOption, shown } from "../options/value.ts";
import { releaseOutputs } from "../outputs.ts";
import type { Flags } from "../plan-flags.ts";
import type { PlanInput } from "../plan-input.ts";
import { openForSeveral, writeSeveral } from "../several-outputs.ts";
import type { Errand, Venue } from "../venue.ts";

const DEFAULT_COOL_DOWN_S = 2;
const MAX_COOL_DOWN_S = 3600;

/** It is of several generators. */
export function refuseCoolDown(flags: Flags): void {
  if (flags[keyOf(COOL_DOWN_OPTION)] === undefined) return;
  refuseOption(COOL_DOWN_OPTION, "there is one generator", "name several by --generator A,B");
}

function coolDownIn(flags: Flags): number {
  const text = flags[keyOf(COOL_DOWN_OPTION)] as string | undefined;
  if (text === undefined) return DEFAULT_COOL_DOWN_S;
  const coolDownS = DURATION_PATTERN.test(text) ? parseDurationNs(text) / SECOND_NS : Number.NaN;
  if (coolDownS <= MAX_COOL_DOWN_S) return coolDownS;
  const most = formatDuration(MAX_COOL_DOWN_S * SECOND_NS);
  return refuseOption(COOL_DOWN_OPTION, `a duration up to ${most} is wanted, found ${shown(text)}`);
}

/** What came of all of them so far. */
interface Course {
  readonly measured: Measured[];
  readonly failures: { generator: string; message: string }[];
  interrupted: boolean;
}

/**
 * Returns the exit code. All generators are found, and the plan is judged for each, before the
 * first sends load; one that fails then does not keep the others from running.
 */
export async function runSideBySide(
  names: readonly string[],
  input: PlanInput,
  venue: Venue,
  { flags, terminal }: Listeners,
): Promise<number> {
  const coolDownS = coolDownIn(flags);
  const turns: Errand[] = [];
  for (const name of names) turns.push(await venue.errandOf(withGenerator(input, name)));
  const outputs = openForSeveral(flags);
  try {
    const order = shuffled(turns, input.plan);
    const course = await runInTurn(order, coolDownS, { flags, terminal });
    const document = documentOf(order, coolDownS, course);
    await writeSeveral(document, outputs, terminal);
    return exitOf(document, course);
  } finally {
    releaseOutputs(outputs);
  }
}

/** A resolved plan is a valid document. Addresses are of one generator alone. */
function withGenerator(input: PlanInput, generator: string): PlanInput {
  const { generatorAddresses } = input.plan;
  const own = generator === input.plan.generator ? generatorAddresses : [];
  try {
    const plan = resolvePlan({ ...input.plan, generator, generatorAddresses: own });
    return { ...input, plan };
  } catch (error) {
    throw input.located(error);
  }
}

async function runInTurn(
  order: readonly Errand[],
  coolDownS: number,
  listeners: Listeners,
): Promise<Course> {
  const course: Course = { measured: [], failures: [], interrupted: false };
  for (const [at, turn] of order.entries()) {
    if (at > 0) course.interrupted = await coolDown(coolDownS, listeners);
    if (course.interrupted) break;
    if (!listeners.flags.quiet)
      listeners.terminal.note(`${at + 1} of ${order.length}: ${turn.plan.generator}`);
    await runNext(turn, course, listeners);
    if (course.interrupted) break;
  }
  return course;
}

/** Whether a person has asked for the end: what was measured by then is kept. */
async function coolDown(coolDownS: number, { flags, terminal }: Listeners): Promise<boolean> {
  const over = Promise.withResolvers<void>();
  const interruptions = new Interruptions(() => over.resolve());
  const timer = setTimeout(() => over.resolve(), coolDownS * 1000);
  if (!flags.quiet) terminal.note(`cool-down: ${coolDownS} s`);
  await over.promise;
  clearTimeout(timer);
  interruptions.release();
  return interruptions.count > 0;
}

async function runNext(turn: Errand, course: Course, listeners: Listeners): Promise<void> {
  const { plan } = turn;
  try {
    const measured = await conduct(turn, listeners);
    if (measured) course.measured.push(measured);
    course.interrupted = measured === undefined || measured.interrupted;
  } catch (error) {
    if (!(error instanceof NightjarError) || error.code === "refused") throw error;
    course.failures.push({ generator: plan.generator, message: error.message });
  }
}

function documentOf(order: readonly Errand[], coolDownS: number, course: Course): SideBySide {
  const results = course.measured.map(({ result }) => result);
  const { failures } = course;
  const names = order.map(({ plan }) => plan.generator);
  const notRun = names.slice(results.length + failures.length);
  return {
    schema: SIDE_BY_SIDE_SCHEMA,
    name: order[0].plan.name,
    order: names,
    coolDownS,
    results,
    whole: null,
    ...{ failures, notRun },
    verdict: { outcome: worstOutcome({ results, failures, notRun }) },
  };
}

function exitOf({ verdict }: SideBySide, { failures, interrupted }: Course): number {
  if (interrupted) return EXIT.interrupted;
  return failures.length > 0 ? EXIT.operating : EXIT_OF_OUTCOME[verdict.outcome];
}
