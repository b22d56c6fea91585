/**
 * Convert: documents of other tools are read as one of the nouns of the pipeline, and written from
 * one. A format is a row that says which of them it can hold, and how.
 */
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";

export type Noun = "plan" | "result" | "set of results";

/** Several plans are an ensemble of different plans, which begin together. */
export type Content =
  | { readonly noun: "plan"; readonly plans: readonly PlanDocument[] }
  | { readonly noun: "result"; readonly result: ResultDocument }
  | { readonly noun: "set of results"; readonly document: SideBySide };

/** In which unit latencies stand, where a document lies about it. */
export const LATENCY_UNITS = ["ms", "s"] as const;
export type LatencyUnit = (typeof LATENCY_UNITS)[number];

/** What is handed in: the rooms of formats are pure. */
export interface ConvertContext {
  readonly deflate: Deflate;
  readonly inflate: (bytes: Uint8Array) => Uint8Array;
  /** As the user says; absent: as the format says. */
  readonly latencyUnit?: LatencyUnit;
}

/** What was read or written, and what a person should know about it: a sentence each. */
export interface Converted<T> {
  readonly value: T;
  readonly notes: readonly string[];
}

interface Row {
  readonly name: string;
  /** What it is, behind its name. */
  readonly help: string;
  readonly reads: readonly Noun[];
  readonly writes: readonly Noun[];
}

/**
 * Its documents are values, which stand in a file as YAML or JSON. A file may hold several: each is
 * read by itself.
 */
export interface DocumentFormat extends Row {
  readonly syntax: "document";
  /** Throws `PlanRefusal` with the path in the document. */
  readonly parse?: (document: unknown, context: ConvertContext) => Converted<Content>;
  /** Throws `NightjarError` for what it cannot say. */
  readonly print?: (content: Content, context: ConvertContext) => Converted<readonly unknown[]>;
}

/** Its documents are texts of a syntax of its own. */
export interface TextFormat extends Row {
  readonly syntax: "text";
  readonly parse?: (text: string, context: ConvertContext) => Converted<Content>;
  readonly print?: (content: Content, context: ConvertContext) => Converted<string>;
}

export type ConvertFormat = DocumentFormat | TextFormat;

/** The table asks only for nouns that the row has; anything else is a fault of ours. */
export function plansIn(content: Content): readonly PlanDocument[] {
  if (content.noun === "plan") return content.plans;
  throw new Error(`invariant broken: a ${content.noun} was handed to what writes plans`);
}

export function resultIn(content: Content): ResultDocument {
  if (content.noun === "result") return content.result;
  throw new Error(`invariant broken: a ${content.noun} was handed to what writes a result`);
}

export function severalIn(content: Content): SideBySide {
  if (content.noun === "set of results") return content.document;
  throw new Error(`invariant broken: a ${content.noun} was handed to what writes several results`);
}
