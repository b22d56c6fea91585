/**
 * Reading the messages of SMP out of a document: what is absent, null or the default of its type is
 * the same, as in proto3; a key that the message does not have is refused.
 */
import { type Path, PlanRefusal, spell } from "@nightjar/core/plan/plan-place.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import type { Field, SmpShape } from "./smp-fields.ts";

/** A value where it stands in the document, by the keys that are written there. */
export interface Member {
  readonly value: unknown;
  readonly path: Path;
}

export type Message = (current: string) => Member;

const LONGEST_SHOWN = 60;

/** Throws the refusal of what stands at `path` of the document. */
export function refuseMember(path: Path, message: string, hint?: string): never {
  const where = path.length === 0 ? "the document" : spell(path);
  throw new PlanRefusal(`${where}: ${message}`, path, hint);
}

/** What was found, as a sentence quotes it. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? "something else";
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}

function refuseKind({ value, path }: Member, wanted: string): never {
  return refuseMember(path, `${wanted} is wanted, found ${shownValue(value)}`);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** `undefined`: no key of it tells. */
export function shapeOf(value: unknown, fields: readonly Field[]): SmpShape | undefined {
  if (!isMap(value)) return undefined;
  const told = fields.filter(({ classic, current }) => classic !== current);
  return (["classic", "current"] as const).find((shape) =>
    told.some((field) => Object.hasOwn(value, field[shape])),
  );
}

/**
 * The members of a message. A key that is not among `fields` is refused, and one given twice.
 * `around`: the shape of the document, for what a message that does not tell its own leaves out.
 */
export function messageIn(
  member: Member,
  fields: readonly Field[],
  around: SmpShape = "classic",
): Message {
  const { value, path } = member;
  if (!isMap(value)) return refuseKind(member, "a map");
  const shape = shapeOf(value, fields) ?? around;
  const keyOf = new Map<string, string>();
  for (const key of Object.keys(value)) {
    const field = fields.find(({ classic, current }) => key === classic || key === current);
    if (field === undefined) return refuseKey([...path, key], fields, shape);
    const other = keyOf.get(field.current);
    if (other !== undefined) refuseMember([...path, key], `it is given twice, as ${other} too`);
    keyOf.set(field.current, key);
  }
  return (current) => {
    const key = keyOf.get(current);
    return key === undefined
      ? { value: undefined, path: [...path, nameOf(current, fields, shape)] }
      : { value: value[key], path: [...path, key] };
  };
}

/** What a document of that shape calls the field. */
export function nameOf(current: string, fields: readonly Field[], shape: SmpShape): string {
  return fields.find((field) => field.current === current)?.[shape] ?? current;
}

/** Its own case tells more than that of the keys beside it. */
function refuseKey(at: Path, fields: readonly Field[], beside: SmpShape): never {
  const [path, key] = [at.slice(0, -1), String(at.at(-1))];
  const shape = /[A-Z]/.test(key) ? "current" : key.includes("_") ? "classic" : beside;
  const allowed = fields.map((field) => field[shape]);
  const hint = `allowed: ${allowed.join(", ")}`;
  const where = path.length === 0 ? "" : ` in ${spell(path)}`;
  const what = `unknown key ${shownValue(key)}${where}${didYouMean(key, allowed)}`;
  throw new PlanRefusal(what, at, hint);
}

export function textOf(member: Member): string {
  if (isAbsent(member.value)) return "";
  return typeof member.value === "string" ? member.value : refuseKind(member, "a text");
}

export function flagOf(member: Member): boolean {
  if (isAbsent(member.value)) return false;
  return typeof member.value === "boolean" ? member.value : refuseKind(member, "true or false");
}

/** A whole number, which protobuf's JSON writes as a text where it has 64 bits. */
export function countOf(member: Member, most: number): number {
  const { value } = member;
  if (isAbsent(value)) return 0;
  const isText = typeof value === "string" && /^\d{1,15}$/.test(value);
  const count = isText ? Number(value) : value;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count > most) {
    return refuseKind(member, `a whole number from 0 to ${most}`);
  }
  return count;
}

/** 0 is also what proto3 has for "not said". */
export function numberOf(member: Member, most: number): number {
  const { value } = member;
  if (isAbsent(value)) return 0;
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  return refuseKind(member, `a number from 0 to ${most}`);
}

export function listOf(member: Member): readonly Member[] {
  const { value, path } = member;
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return refuseKind(member, "a list");
  return value.map((entry, index) => ({ value: entry, path: [...path, index] }));
}

export function textsOf(member: Member): readonly string[] {
  return listOf(member).map((entry) =>
    typeof entry.value === "string" ? entry.value : refuseKind(entry, "a text"),
  );
}

/** `isDiscreet`: its values may be secrets, so nothing of them is repeated. */
export function textMapOf(member: Member, { isDiscreet = false } = {}): Record<string, string> {
  const { value, path } = member;
  if (isAbsent(value)) return {};
  if (!isMap(value)) return refuseKind(member, "a map of texts");
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      const place = [...path, name];
      if (name === "__proto__") refuseMember(place, "it cannot be a name");
      if (typeof text === "string") return [name, text];
      if (isDiscreet) return refuseMember(place, "a text is wanted");
      return refuseMember(place, `a text is wanted, found ${shownValue(text)}`, QUOTES);
    }),
  );
}

const QUOTES = "in YAML a number, true, false or null that is meant as a text stands in quotes";
