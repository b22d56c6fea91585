/** What is sent, and where to: the `targets` of a plan. */
import { z } from "zod";
import { HEADER_NAME, HEADER_VALUE, LIMIT } from "./plan-limits.ts";

const method = z
  .string()
  .regex(/^[A-Z]{1,20}$/, "not a method: write it in capitals, like GET or POST");

/** Templates stand in values alone. */
function nameFault({ input }: { readonly input?: unknown }): string {
  return String(input).includes("{{") ? "a header's name holds no templates" : "not a header name";
}

/** Without the value, which may be a secret. */
function valueFault({ input }: { readonly input?: unknown }): string {
  if (/[\r\n]/.test(String(input))) return "a header value holds no line breaks";
  return "a header value holds Latin-1 alone, and no control characters";
}

export const headersSchema = z.record(
  z.string().regex(HEADER_NAME, { error: nameFault }),
  z.string().max(LIMIT.headerBytes).regex(HEADER_VALUE, { error: valueFault }),
);

/** As it stands in `target(NAME)` of a threshold: without parentheses and blanks. */
const targetName = z
  .string()
  .max(100)
  .regex(/^[^\s()\p{Cc}]+$/u, "a target's name holds no blanks and no parentheses");

export const targetSchema = z.strictObject({
  name: targetName.optional().describe("as reports and thresholds call it; default: its place"),
  url: z
    .string()
    .min(1)
    .describe("absolute http:// or https:// URL; {{templates}} in path and query"),
  weight: z
    .int()
    .min(1)
    .max(LIMIT.weight)
    .default(1)
    .describe("its part of the exchanges, against the other targets' weights"),
  method: method.default("GET"),
  headers: headersSchema
    .default({})
    .describe("sent with every request, in this order; {{templates}} in values"),
  body: z
    .string()
    .max(LIMIT.bodyBytes)
    .optional()
    .describe("request body, as text; {{templates}} in it"),
  bodyFile: z.string().optional().describe("file that holds the request body, sent as it is"),
  bodySize: z
    .int()
    .min(0)
    .max(LIMIT.bodyBytes)
    .optional()
    .describe("a body of so many bytes, of letters and digits"),
});

export type Target = z.output<typeof targetSchema>;
