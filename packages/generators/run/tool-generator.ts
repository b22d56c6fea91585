/** A program as a LoadGenerator. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { PlanRefusal, spell } from "@nightjar/core/plan/plan-place.ts";
import { SECOND_NS } from "@nightjar/core/plan/quantity.ts";
import { textsOf } from "@nightjar/core/plan/target-text.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { LoadGenerator, Order, Ready, Run } from "@nightjar/core/run/load-generator.ts";
import { type Objection, objectionsTo } from "@nightjar/core/run/suitability.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type Job, type JobLoad, jobOf, loadOf } from "../job.ts";
import type { Tool } from "./tool.ts";
import { ToolRun } from "./tool-run.ts";

export interface ToolGenerator {
  readonly capabilities: Capabilities;
  /** Of the program's own arithmetic, for the load that one child has. */
  readonly rules: (plan: Plan, load: JobLoad) => readonly Objection[];
  readonly tool: Tool;
  /** The path of the program. */
  readonly program: string;
}

export function toolGenerator(generator: ToolGenerator): LoadGenerator {
  return {
    capabilities: generator.capabilities,
    prepare: (order, signal) => prepare(generator, order, signal),
  };
}

async function prepare(
  { capabilities, rules, tool, program }: ToolGenerator,
  order: Order,
  signal: AbortSignal,
): Promise<Run> {
  refuseLimits(order);
  const load = loadOf(order.plan, order.share, order.from);
  refuse(objectionsTo(order.plan, { capabilities, rules: (plan) => rules(plan, load) }));
  const job = jobOf(order);
  const found = await addressesOf(order.plan);
  if (signal.aborted) {
    throw new NightjarError("prepare-failed", `cancelled: ${String(signal.reason)}`);
  }
  const workers = tool.workers?.(job) ?? 1;
  const ready: Ready = { workers, ...found, patienceNs: patienceOf(job, capabilities) };
  return new ToolRun(order, job, tool, program, ready);
}

/** Counts at which single workers end are for our own engine. */
export function refuseLimits({ limits = [], plan }: Order): void {
  if (limits.length === 0) return;
  throw new NightjarError("prepare-failed", `${plan.generator} ends at no count of its own`);
}

function refuse([first]: readonly Objection[]): void {
  if (first === undefined) return;
  throw new PlanRefusal(`${spell(first.path)}: ${first.message}`, first.path, first.nearest);
}

/**
 * One that tells by the second may wait for an answer, and for its connection before; others are
 * silent to their end.
 */
function patienceOf(
  { lengthNs, timeoutNs, drainNs, ratePerS }: Job,
  { live }: Capabilities,
): number {
  const lastNs = 2 * timeoutNs + drainNs + 10 * SECOND_NS;
  const gapNs = Number.isFinite(ratePerS) ? SECOND_NS / ratePerS : 0;
  return live ? lastNs + gapNs : lastNs + lengthNs;
}

/** Before the run: a program would tell of an unknown name in a way of its own. */
export async function addressesOf({
  connection,
  targets,
}: Plan): Promise<Pick<Ready, "addresses" | "lookupNs">> {
  if (connection.unix !== undefined) return { addresses: [], lookupNs: 0 };
  const hosts = targets.map((target, index) => textsOf(target, index).url.authority.hostname);
  const names = [...new Set(hosts.map((host) => host.replace(/^\[|\]$/g, "")))];
  const beforeNs = monotonicNs();
  const found = (await Promise.all(names.map(addressesOfName))).flat();
  const lookedUp = names.some((name) => isIP(name) === 0);
  const lookupNs = lookedUp ? Math.round(monotonicNs() - beforeNs) : 0;
  return { addresses: [...new Set(found)], lookupNs };
}

async function addressesOfName(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    const code = (error as { code?: string }).code ?? "unknown";
    throw new NightjarError("unknown-host", `the name "${name}" has no address (${code})`);
  }
}
