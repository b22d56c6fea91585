/** `run smp-test.yaml`: an SMP test configuration where a plan is wanted. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { PlanRefusal } from "@nightjar/core/plan/plan-place.ts";
import { isForeignGenerator } from "@nightjar/formats/smp/kept-labels.ts";
import { type ClientPlan, type SmpPlans, smpPlansOf } from "@nightjar/formats/smp/plans-of-smp.ts";
import { testPathOf } from "@nightjar/formats/smp/read-config.ts";
import type { PlanPath } from "./options/row.ts";

type PlaceOf = (path: PlanPath) => string;

export interface PlanOfSmp {
  readonly document: Record<string, unknown>;
  /** What a person should know about it: a sentence each. */
  readonly notes: readonly string[];
}

/** Throws `bad-plan` with the place in the file. */
export function planOfSmp(document: unknown, name: string, placeOf: PlaceOf): PlanOfSmp {
  const { clients, defaulted } = readPlaced(document, placeOf);
  const clientsAt = [...testPathOf(document), "clients"] as PlanPath;
  if (clients.length > 1) refuseSeveral(clients.length, placeOf(clientsAt), name);
  const [client] = clients;
  refuseForeignOptions(client, placeOf([...clientsAt, 0]));
  return {
    document: structuredClone(client.document) as unknown as Record<string, unknown>,
    notes: [`${name}: not said, so Nightjar's defaults hold: ${defaulted.join(", ")}`],
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

function refuseSeveral(count: number, where: string, name: string): never {
  throw new NightjarError(
    "bad-plan",
    `${where}: clients: ${count} clients are ${count} plans, and one is run`,
    `nightjar convert --from smp --to plan ${name} shows them`,
  );
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
