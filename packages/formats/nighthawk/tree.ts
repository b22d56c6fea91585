/**
 * A message → a tree of what is written, the same for JSON and YAML: names as in the `.proto`,
 * scalars also at zero, numbers of 64 bits as texts.
 *
 * The order is that of protobuf's printer at the time of upstream's golden files: first the fields
 * that are messages or are always there, as the `.proto` has them; then what is of a oneof, or one
 * of the well-known messages, by number.
 */

import { durationText, timestampText } from "../reading/time-text.ts";
import {
  type Field,
  type Fields,
  isAlways,
  isEnumTable,
  isMessageTable,
  type Kind,
  type Message,
  type MessageTable,
} from "./fields.ts";
import { doubleText } from "./number-text.ts";

export type Tree =
  /** A number or a truth value. */
  | { readonly bare: string }
  /** In quotes in JSON. `isStamp`: its form says what it is, and YAML needs no quotes. */
  | { readonly text: string; readonly isStamp: boolean }
  | { readonly items: readonly Tree[] }
  | { readonly members: readonly (readonly [string, Tree])[] };

const text = (value: string): Tree => ({ text: value, isStamp: false });
const stamp = (value: string): Tree => ({ text: value, isStamp: true });

function doubleTree(value: number): Tree {
  if (Number.isFinite(value)) return { bare: doubleText(value) };
  return text(Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}

/** Of what is kept word for word. */
function openTree(value: unknown): Tree {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return { items: value.map(openTree) };
  if (typeof value === "object" && value !== null) {
    return { members: Object.entries(value).map(([key, member]) => [key, openTree(member)]) };
  }
  return { bare: String(value) };
}

function valueTree(value: unknown, kind: Kind): Tree {
  if (isMessageTable(kind)) return treeOf(value as Message, kind);
  if (isEnumTable(kind))
    return typeof value === "number" ? { bare: String(value) } : stamp(value as string);
  switch (kind) {
    case "Any":
    case "Struct":
      return openTree(value);
    case "bool":
    case "BoolValue":
    case "uint32":
    case "UInt32Value":
      return { bare: String(value) };
    case "double":
      return doubleTree(value as number);
    case "int64":
    case "uint64":
    case "UInt64Value":
      return stamp(String(value));
    case "Duration":
      return stamp(durationText(value as bigint));
    case "Timestamp":
      return stamp(timestampText(value as bigint));
    default:
      return text(value as string);
  }
}

function fieldTree(value: unknown, { kind, shape }: Field): Tree {
  if (shape === "one") return valueTree(value, kind);
  if (shape === "list") return { items: (value as unknown[]).map((item) => valueTree(item, kind)) };
  const members = Object.entries(value as Record<string, unknown>);
  return { members: members.map(([key, member]) => [key, valueTree(member, kind)]) };
}

function isInPlace(field: Field): boolean {
  if (isAlways(field)) return true;
  if (field.oneof !== null) return false;
  return isMessageTable(field.kind) || field.kind === "Any" || field.kind === "Struct";
}

function inOrder(fields: Fields): [string, Field][] {
  const all = Object.entries(fields);
  const rest = all.filter(([, field]) => !isInPlace(field));
  rest.sort(([, a], [, b]) => a.number - b.number);
  return [...all.filter(([, field]) => isInPlace(field)), ...rest];
}

export function treeOf(message: Message, { fields }: MessageTable): Tree {
  const there = inOrder(fields).filter(([name]) => message[name] !== undefined);
  return { members: there.map(([name, field]) => [name, fieldTree(message[name], field)]) };
}
