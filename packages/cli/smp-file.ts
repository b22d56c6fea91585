/** `run smp-test.yaml`: an SMP test configuration where a plan is wanted. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { PlanRefusal, spell } from "@nightjar/core/plan/plan-place.ts";
import { isForeignGenerator } from "@nightjar/formats/smp/kept-labels.ts";
import { placeInSmp } from "@nightjar/formats/smp/place-in-smp.ts";
import { type ClientPlan, type SmpPlans, smpPlansOf } from "@nightjar/formats/smp/plans-of-smp.ts";
import { testPathOf } from "@nightjar/formats/smp/read-config.ts";
import type { PlanPath } from "./options/row.ts";

type PlaceOf = (path: PlanPath) => string;

export interface PlanOfSmp {
  readonly document: Record<string, unknown>;
  /** Of the clients behind the first: they begin with it. */
  readonly others: readonly Record<string, unknown>[];
  /** What a person should know about it: a sentence each. */
  readonly notes: readonly string[];
  readonly spellOf: (path: PlanPath, at: number) => string | undefined;
  readonly placeOf: (path: PlanPath, at: number) => string;
}

/** Throws `bad-plan` with the place in the file. */
export function planOfSmp(config: unknown, name: string, placeOf: PlaceOf): PlanOfSmp {
  const { clients, defaulted } = readPlaced(config, placeOf);
  const clientsAt = [...testPathOf(config), "clients"] as PlanPath;
  for (const [at, client] of clients.entries()) {
    refuseForeignOptions(client, placeOf([...clientsAt, at]));
  }
  const [document, ...others] = clients.map(
    (client) => structuredClone(client.document) as unknown as Record<string, unknown>,
  );
  return {
    document,
    others,
    notes: [`${name}: not said, so Nightjar's defaults hold: ${defaulted.join(", ")}`],
    ...placesOf(config, name, placeOf),
  };
}

/** Keys of the plan are not those of the file: a refused plan is told by the fields of SMP. */
function placesOf(
  config: unknown,
  name: string,
  placeOf: PlaceOf,
): Pick<PlanOfSmp, "spellOf" | "placeOf"> {
  const find = (path: PlanPath, at: number) => placeInSmp(config, at, path) as PlanPath | undefined;
  return {
    spellOf(path, at) {
      const found = find(path, at);
      return found === undefined ? undefined : spell(found);
    },
    placeOf(path, at) {
      const found = find(path, at);
      return found === undefined ? name : placeOf(found);
    },
  };
}

function readPlaced(document: unknown, placeOf: PlaceOf): SmpPlans {
  try {
    return smpPlansOf(document);
  } catch (error) {
    if (!(error instanceof PlanRefusal)) throw error;
    const where = placeOf(error.path as PlanPath);
    throw new NightjarError("bad-plan", `${where}: ${error.message}`, error.hint);
  }
}

/** They would be options that nobody carries out. */
function refuseForeignOptions({ plan }: ClientPlan, where: string): void {
  if (!isForeignGenerator(plan.generator)) return;
  if (!Object.hasOwn(plan.labels, "smp.additional_options")) return;
  throw new NightjarError(
    "bad-plan",
    `${where}: additional options of ${plan.generator} are not carried out`,
    "leave them out: the other fields mean the same for every generator",
  );
}
