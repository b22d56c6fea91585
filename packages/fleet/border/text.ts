/**
 * What others say, as it is let in: words for people without anything that a terminal would obey,
 * names that are short, tokens that are one token of a subject.
 */
import { z } from "zod";

/** Of a subject, of the name of a stream. */
export const token = z.string().regex(/^[\w-]{1,64}$/, "1 to 64 letters, digits, - and _");
export const isToken = (text: unknown) => token.safeParse(text).success;

const NAME_CHARS = 64;
/** Of a sentence, or some. */
export const SENTENCE_CHARS = 4000;

/** Control characters and what turns the direction of a line; a break of a line is a blank. */
export function harmless(text: string): string {
  return text.replace(/[\r\n\t]+/gu, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "\u00b7");
}

/** Longer ones are refused. */
export const name = z.string().max(NAME_CHARS).transform(harmless);
export const longName = z
  .string()
  .max(4 * NAME_CHARS)
  .transform(harmless);

/** Longer ones are cut. */
export const sentence = z
  .string()
  .transform((text) => harmless(text.length > SENTENCE_CHARS ? cut(text) : text));

function cut(text: string): string {
  return `${text.slice(0, SENTENCE_CHARS)} …`;
}

export const count = z.int().min(0);
/** From 1. */
export const ordinal = z
  .int()
  .min(1)
  .max(2 ** 31);

/** Where it is, and what is wrong with it. */
export function faultOf({ issues: [issue] }: z.ZodError): string {
  const path = issue.path.map((part) => harmless(String(part)).slice(0, NAME_CHARS)).join(".");
  const said = harmless(issue.message.slice(0, 200));
  return path === "" ? said : `${path}: ${said}`;
}
