/** Arms: what an agent sends load with: our own engine, and the programs that its machine has. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import type { LoadGenerator, Order, Run } from "@nightjar/core/run/load-generator.ts";
import { stopAtOnce } from "@nightjar/core/run/placement.ts";
import { ENGINE_CAPABILITIES } from "@nightjar/engine/engine.ts";
import { type Admission, admit, admitAddresses } from "@nightjar/fleet/agent/admission.ts";
import type { Arm } from "@nightjar/fleet/agent/agent.ts";
import type { Driver } from "@nightjar/generators/driver.ts";
import { findInstallation } from "@nightjar/generators/process/installation.ts";
import { type Crew, recruit } from "../crew.ts";
import { KILL_AFTER_MS } from "../folded-run.ts";
import { lossIn } from "../loss.ts";
import { CrewRun } from "./crew-run.ts";

export interface ArmsOptions {
  readonly clock: Clock;
  readonly admission: Admission;
  /** Told in a sentence of a worker that is gone, while the others go on. */
  readonly onLoss: (sentence: string) => void;
}

/** By the name that a plan gives its generator. */
export async function armsOf(options: ArmsOptions): Promise<Readonly<Record<string, Arm>>> {
  // gRPC is among what they need, and slow to load.
  const { DRIVERS } = await import("@nightjar/generators/drivers.ts");
  const found = await Promise.all(Object.values(DRIVERS).map(capabilitiesHere));
  const all = [ENGINE_CAPABILITIES, ...found.flatMap((one) => one ?? [])];
  return Object.fromEntries(
    all.map((capabilities) => [capabilities.name, armOf(capabilities, options)]),
  );
}

/** `undefined`: the machine does not have its program. */
async function capabilitiesHere(driver: Driver): Promise<Capabilities | undefined> {
  try {
    const { version } = await findInstallation(driver.program);
    return { ...driver.capabilities, version };
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    // Services that run elsewhere need no program here.
    return driver.services === undefined ? undefined : driver.capabilities;
  }
}

function armOf(capabilities: Capabilities, options: ArmsOptions): Arm {
  const prepare = (order: Order, signal: AbortSignal) => prepareCrew(order, signal, options);
  return { capabilities, generator: { capabilities, prepare } };
}

/** Throws a `NightjarError`, and leaves nothing behind. */
async function prepareCrew(order: Order, signal: AbortSignal, options: ArmsOptions): Promise<Run> {
  const { plan, assets, share } = order;
  admit(order, options.admission);
  const input = { plan, assets, located: (refusal: unknown) => refusal, notes: [] };
  const crew = (await recruit(input, share))();
  try {
    const run = await wholeOf(crew, order, options).prepare(order, signal);
    refuseAddresses(run, order, options);
    return new CrewRun(run, crew);
  } catch (error) {
    await crew.stop(KILL_AFTER_MS);
    throw error;
  }
}

function refuseAddresses(run: Run, { plan }: Order, { admission }: ArmsOptions): void {
  try {
    admitAddresses(plan, run.ready.addresses, admission);
  } catch (error) {
    stopAtOnce(run, "not admitted");
    throw error;
  }
}

/** A program that stands alone speaks for itself: what it said is kept. */
function wholeOf(crew: Crew, { plan }: Order, { clock, onLoss }: ArmsOptions): LoadGenerator {
  const [first, ...others] = crew.generators;
  if (others.length === 0 && plan.generator !== ENGINE_CAPABILITIES.name) return first;
  return ensemble(crew.generators, {
    clock,
    lostChild: "degrade",
    probe: plan.probe,
    observe: (event) => {
      const loss = lossIn(event);
      if (loss !== undefined) onLoss(loss);
    },
  });
}
