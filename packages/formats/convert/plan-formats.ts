/** Formats that hold plans: Nightjar's own, and SMP's test configuration in both shapes. */
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { type PlanDocument, planDocumentSchema } from "@nightjar/core/plan/plan-schema.ts";
import { isForeignGenerator } from "../smp/kept-labels.ts";
import { smpPlansOf } from "../smp/plans-of-smp.ts";
import { smpDocumentOf } from "../smp/print-config.ts";
import type { SmpShape } from "../smp/smp-fields.ts";
import { smpConfigOf } from "../smp/smp-of-plans.ts";
import { type Content, type Converted, type DocumentFormat, plansIn } from "./content.ts";

function parsePlan(document: unknown): Converted<Content> {
  resolvePlan(document);
  return { value: { noun: "plan", plans: [document as PlanDocument] }, notes: [] };
}

/** Keys in the order of the schema, whoever wrote them. */
function orderedPlan(plan: PlanDocument): Readonly<Record<string, unknown>> {
  const keys = Object.keys(planDocumentSchema.shape) as (keyof PlanDocument)[];
  const members = keys.flatMap((key) => (plan[key] === undefined ? [] : [[key, plan[key]]]));
  return Object.fromEntries(members);
}

function parseSmp(document: unknown): Converted<Content> {
  const { clients, defaulted } = smpPlansOf(document);
  const notes = [`not said, so Nightjar's defaults hold: ${defaulted.join(", ")}`];
  if (clients.length > 1) {
    notes.push(`${clients.length} clients are ${clients.length} plans, which begin together`);
  }
  for (const [index, { plan }] of clients.entries()) {
    if (!isForeignGenerator(plan.generator)) continue;
    if (!Object.hasOwn(plan.labels, "smp.additional_options")) continue;
    const kept = "are kept in labels and mean nothing to Nightjar";
    notes.push(`clients[${index}]: additional options of ${plan.generator} ${kept}`);
  }
  return { value: { noun: "plan", plans: clients.map(({ document: plan }) => plan) }, notes };
}

function printSmp(content: Content, shape: SmpShape): Converted<readonly unknown[]> {
  const { document, left } = smpDocumentOf(smpConfigOf(plansIn(content)), shape);
  const notes = left.length === 0 ? [] : [`left out, for this shape has no place: ${left}`];
  return { value: [document], notes };
}

export const PLAN_FORMATS: readonly DocumentFormat[] = [
  {
    name: "plan",
    help: "plan of Nightjar",
    reads: ["plan"],
    writes: ["plan"],
    syntax: "document",
    parse: parsePlan,
    print: (content) => ({ value: plansIn(content).map(orderedPlan), notes: [] }),
  },
  {
    name: "smp",
    help: "SMP test configuration; read in any shape, written in the current one (camelCase)",
    reads: ["plan"],
    writes: ["plan"],
    syntax: "document",
    parse: parseSmp,
    print: (content) => printSmp(content, "current"),
  },
  {
    name: "smp-classic",
    help: "the same; written in the classic shape (snake_case, numbers of enums)",
    reads: ["plan"],
    writes: ["plan"],
    syntax: "document",
    parse: parseSmp,
    print: (content) => printSmp(content, "classic"),
  },
];
