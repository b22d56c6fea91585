/**
 * Driver: another load generator, as Nightjar sees it: what it can do of a plan, where its program
 * is found, and how it becomes a LoadGenerator.
 *
 *     Driver ──findInstallation──▶ Installation ──generator──▶ LoadGenerator
 *     data and rules               path, version                runs the program
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Capabilities } from "@nightjar/core/run/capabilities.ts";
import type { LoadGenerator } from "@nightjar/core/run/load-generator.ts";
import type { Candidate, Objection } from "@nightjar/core/run/suitability.ts";
import type { Installation, Program } from "./process/installation.ts";

export interface Driver extends Candidate {
  /** At its best, and without a version, which only an installation has. */
  readonly capabilities: Capabilities;
  readonly rules: (plan: Plan) => readonly Objection[];
  readonly program: Program;
  /** As it carries out `plan`: its capabilities are those that it has for that plan. */
  generator(installation: Installation, plan: Plan): LoadGenerator;
  /**
   * Where it is driven at addresses (`plan.generatorAddresses`), one for each of them: an ensemble
   * of these carries out the plan, and there is no program to find.
   */
  services?(plan: Plan): LoadGenerator[];
}

/** For plans that come later, as to whoever serves a link. */
export function generatorOf(driver: Driver, installation: Installation): LoadGenerator {
  return {
    capabilities: { ...driver.capabilities, version: installation.version },
    prepare: (order, signal) => driver.generator(installation, order.plan).prepare(order, signal),
  };
}
