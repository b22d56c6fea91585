/**
 * proto3 JSON → a message, by its table. Names may be those of the `.proto` or in camelCase, and
 * `null` is nothing, as proto3 has it. What the table does not have is refused with its path.
 */
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import type { Place } from "../reading/place.ts";
import {
  type Field,
  type Fields,
  isAlways,
  isEnumTable,
  isMessageTable,
  type Kind,
  type Message,
  type MessageTable,
  type Open,
  type Scalar,
} from "./fields.ts";
import { DEFAULTS, defaultOf, READ, readEnum } from "./scalars.ts";

/** Protobuf's own bound. */
const MAX_DEPTH = 100;

/** `requests_per_second` → `requestsPerSecond` */
function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const spellings = new WeakMap<Fields, ReadonlyMap<string, string>>();

/** From either spelling to the name of the field. */
function spellingsOf(fields: Fields): ReadonlyMap<string, string> {
  let known = spellings.get(fields);
  if (known === undefined) {
    known = new Map(
      Object.keys(fields).flatMap((name) => [
        [name, name],
        [camelCase(name), name],
      ]),
    );
    spellings.set(fields, known);
  }
  return known;
}

function checkDepth(place: Place, value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) place.blame(`it is nested more than ${MAX_DEPTH} deep`);
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) checkDepth(place, member, depth + 1);
}

/** Kept word for word. */
function readOpen(place: Place, kind: Open): unknown {
  const value = place.object();
  checkDepth(place, value, 0);
  const type = value["@type"];
  if (kind === "Any" && typeof type !== "string") place.member("@type").refuse("a type's address");
  return value;
}

function readValue(place: Place, kind: Kind): unknown {
  if (isMessageTable(kind)) return readMessage(place, kind);
  if (isEnumTable(kind)) return readEnum(place, kind);
  if (kind === "Any" || kind === "Struct") return readOpen(place, kind);
  return READ[kind](place);
}

function readField(place: Place, { kind, shape }: Field): unknown {
  if (shape === "one") return readValue(place, kind);
  if (shape === "list") return place.items().map((item) => readValue(item, kind));
  const members = place.members().map(([key, value]) => [key, readValue(value, kind)] as const);
  return Object.fromEntries(members);
}

function emptyOf({ kind, shape }: Field): unknown {
  if (shape === "list") return [];
  if (shape === "map") return {};
  return isEnumTable(kind) ? defaultOf(kind) : DEFAULTS[kind as Scalar];
}

function fieldNames(fields: Fields): string {
  const names = Object.keys(fields);
  const shown = names.slice(0, 12).join(", ");
  return names.length === 0
    ? "it has none"
    : `there are: ${shown}${names.length > 12 ? ", …" : ""}`;
}

/** What is there, by the names of the fields. */
function placesOf(place: Place, fields: Fields): Map<string, Place> {
  const known = spellingsOf(fields);
  const places = new Map<string, Place>();
  for (const [key, member] of place.members()) {
    const name = known.get(key);
    if (name === undefined) {
      const near = didYouMean(key, [...known.keys()]);
      return member.blame(`there is no such field${near}`, fieldNames(fields));
    }
    if (places.has(name)) member.blame(`the field is given twice, in both spellings`);
    if (!member.isAbsent) places.set(name, member);
  }
  return places;
}

function refuseTwoOfOne(places: ReadonlyMap<string, Place>, fields: Fields): void {
  const taken = new Map<string, string>();
  for (const [name, place] of places) {
    const { oneof } = fields[name];
    if (oneof === null) continue;
    const other = taken.get(oneof);
    if (other !== undefined) place.blame(`it cannot stand beside ${other}: one of them is allowed`);
    taken.set(oneof, name);
  }
}

/** Throws `file`. */
export function readMessage(place: Place, { fields }: MessageTable): Message {
  const places = placesOf(place, fields);
  refuseTwoOfOne(places, fields);
  const values: [string, unknown][] = [];
  for (const [name, field] of Object.entries(fields)) {
    const found = places.get(name);
    if (found !== undefined) values.push([name, readField(found, field)]);
    else if (isAlways(field)) values.push([name, emptyOf(field)]);
  }
  return Object.fromEntries(values);
}
