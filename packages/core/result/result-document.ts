/**
 * ResultDocument: a Result as a file may hold it. What Nightjar has measured has everything; what
 * was converted from another tool's document has `null` where that document says nothing, and lacks
 * the latency columns that the tool does not measure.
 */
import { z } from "zod";
import {
  accountingSchema,
  environmentSchema,
  LATENCY_COLUMNS,
  latencySchema,
  type Result,
  resultSchema,
} from "./result.ts";

const count = z.int().min(0).nullable();

const sourceSchema = z.looseObject({
  format: z.string(),
  tool: z.string(),
  version: z.string().nullable(),
  absent: z.array(z.string()).describe("keys without a value: the document does not say them"),
  assumed: z
    .array(z.string())
    .default([])
    .describe("keys with a value that it does not say: taken for granted, or worked out"),
});

export const resultDocumentSchema = resultSchema
  .extend({
    startedAt: z.iso.datetime().nullable(),
    offered: z.looseObject({ requests: count, ratePerS: z.number().min(0).nullable() }),
    accounting: accountingSchema
      .extend({ intervalsExpected: count, intervalsReceived: count })
      .nullable(),
    populations: z.looseObject({ ok: count, error: count, unanswered: count }),
    latencyMs: z
      .partialRecord(z.enum(LATENCY_COLUMNS), latencySchema)
      .describe("the columns that the generator measures"),
    lookupMs: z.number().nullable().describe("for the target's name, before the run"),
    environment: environmentSchema.nullable(),
    source: sourceSchema.optional().describe("the document that this one was made of"),
  })
  .meta({ title: "Nightjar result", $id: "urn:nightjar:schema:result:v1" });

export type ResultDocument = z.infer<typeof resultDocumentSchema>;
/** Of a converted one it may lack the seconds that were heard of. */
export type AccountingDocument = NonNullable<ResultDocument["accounting"]>;

/** Whether it is of a run of ours, of which everything is known. */
export function isMeasured(document: ResultDocument): document is ResultDocument & Result {
  return resultSchema.safeParse(document).success;
}

export function resultJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(resultSchema, { io: "output" }) as Record<string, unknown>;
}
