/**
 * Messages of proto3 as tables: what a message holds, in the order of its `.proto`. The tables are
 * read by the parser and by the writers, and the types of the messages follow from them.
 */

/** Scalars of proto3 that are written when they are zero too, unless they are of a oneof. */
export type Scalar = "bool" | "bytes" | "double" | "int64" | "string" | "uint32" | "uint64";

/** Well-known messages that JSON has as one value: there, or not. */
export type Wrapped =
  | "BoolValue"
  | "StringValue"
  | "UInt32Value"
  | "UInt64Value"
  | "Duration"
  | "Timestamp";

/** Objects whose content only their owner knows: kept word for word. */
export type Open = "Any" | "Struct";

/** The names of an enum by their numbers. */
export interface EnumTable<Name extends string = string> {
  readonly names: Readonly<Record<Name, number>>;
}

export type Fields = Readonly<Record<string, Field>>;

export interface MessageTable<F extends Fields = Fields> {
  readonly fields: F;
}

export type Kind = Scalar | Wrapped | Open | EnumTable | MessageTable;
export type Shape = "one" | "list" | "map";

export interface Field {
  readonly number: number;
  readonly kind: Kind;
  readonly shape: Shape;
  /** At most one field of the same oneof is there. */
  readonly oneof: string | null;
}

interface FieldOf<K extends Kind, S extends Shape, O extends string | null> extends Field {
  readonly kind: K;
  readonly shape: S;
  readonly oneof: O;
}

export function one<const K extends Kind>(number: number, kind: K): FieldOf<K, "one", null> {
  return { number, kind, shape: "one", oneof: null };
}

export function list<const K extends Kind>(number: number, kind: K): FieldOf<K, "list", null> {
  return { number, kind, shape: "list", oneof: null };
}

/** From strings. */
export function map<const K extends Kind>(number: number, kind: K): FieldOf<K, "map", null> {
  return { number, kind, shape: "map", oneof: null };
}

/** One of the fields of a oneof. */
export function choice<const K extends Kind, const O extends string>(
  number: number,
  kind: K,
  oneof: O,
): FieldOf<K, "one", O> {
  return { number, kind, shape: "one", oneof };
}

export function enumeration<const Name extends string>(
  names: Readonly<Record<Name, number>>,
): EnumTable<Name> {
  return { names };
}

export function message<const F extends Fields>(fields: F): MessageTable<F> {
  return { fields };
}

/** Nanoseconds stand for a Duration; for a Timestamp those since the epoch; base64 for bytes. */
type ValueOf<K> = K extends "bool" | "BoolValue"
  ? boolean
  : K extends "double" | "uint32" | "UInt32Value"
    ? number
    : K extends "int64" | "uint64" | "UInt64Value" | "Duration" | "Timestamp"
      ? bigint
      : K extends "bytes" | "string" | "StringValue"
        ? string
        : K extends Open
          ? Readonly<Record<string, unknown>>
          : K extends EnumTable<infer Name>
            ? Name | number
            : K extends MessageTable<infer F>
              ? MessageOf<F>
              : never;

type ShapedValue<F extends Field> = F["shape"] extends "list"
  ? readonly ValueOf<F["kind"]>[]
  : F["shape"] extends "map"
    ? Readonly<Record<string, ValueOf<F["kind"]>>>
    : ValueOf<F["kind"]>;

/** Always there, at its default if nobody has set it. */
type IsAlways<F extends Field> = F["shape"] extends "list" | "map"
  ? true
  : F["oneof"] extends string
    ? false
    : F["kind"] extends Scalar | EnumTable
      ? true
      : false;

export type MessageOf<F extends Fields> = {
  readonly [K in keyof F as IsAlways<F[K]> extends true ? K : never]: ShapedValue<F[K]>;
} & {
  readonly [K in keyof F as IsAlways<F[K]> extends true ? never : K]?: ShapedValue<F[K]>;
};

export type TypeOf<M> = M extends MessageTable<infer F> ? MessageOf<F> : never;

/** Of any message: what the parser makes and the writers take. */
export type Message = Readonly<Record<string, unknown>>;

export function isMessageTable(kind: Kind): kind is MessageTable {
  return typeof kind === "object" && "fields" in kind;
}

export function isEnumTable(kind: Kind): kind is EnumTable {
  return typeof kind === "object" && "names" in kind;
}

const SCALARS: ReadonlySet<Kind> = new Set<Scalar>([
  "bool",
  "bytes",
  "double",
  "int64",
  "string",
  "uint32",
  "uint64",
]);

export function isAlways({ shape, oneof, kind }: Field): boolean {
  if (shape !== "one") return true;
  return oneof === null && (SCALARS.has(kind) || isEnumTable(kind));
}
