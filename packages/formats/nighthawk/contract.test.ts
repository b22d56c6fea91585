/** The tables are of the messages that the `.proto` files of the room `wire` have. */
import { expect, test } from "bun:test";
import { CommandLineOptionsSchema } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import { OutputSchema } from "@nightjar/wire/generated/nighthawk/client/output_pb.ts";
import { type Field, isEnumTable, isMessageTable, type MessageTable } from "./fields.ts";
import { COMMAND_LINE_OPTIONS } from "./options-messages.ts";
import { OUTPUT } from "./output-messages.ts";

type DescMessage = typeof OutputSchema | typeof CommandLineOptionsSchema;
type DescField = DescMessage["fields"][number];

const OPEN = new Set(["Any", "Struct"]);

/** A field in one line: what it is, apart from the names of its messages. */
function lineOfTable(name: string, { number, kind, shape, oneof }: Field): string {
  const is = isMessageTable(kind) ? "message" : isEnumTable(kind) ? "enum" : kind;
  return `${number} ${name}: ${shape} ${is}${oneof === null ? "" : " of a oneof"}`;
}

const SCALAR_NAMES: Readonly<Record<number, string>> = {
  ...{ 1: "double", 3: "int64", 4: "uint64", 8: "bool", 9: "string", 12: "bytes", 13: "uint32" },
};

function typeOf(field: DescField): string {
  if (field.enum) return "enum";
  if (field.message) {
    const { typeName, name } = field.message;
    return typeName.startsWith("google.protobuf.") ? name : "message";
  }
  return SCALAR_NAMES[field.scalar!];
}

function lineOfDescriptor(field: DescField): string {
  const shape = { list: "list", map: "map" }[field.fieldKind as string] ?? "one";
  const oneof = field.oneof ? " of a oneof" : "";
  return `${field.number} ${field.name}: ${shape} ${typeOf(field)}${oneof}`;
}

/** Of a message and those within it; `path`: for the sentence that fails. */
function compare(path: string, { fields }: MessageTable, descriptor: DescMessage): void {
  const byName = new Map(descriptor.fields.map((field) => [field.name, field]));
  const ours = Object.entries(fields);
  if (descriptor.typeName.startsWith("nighthawk.")) {
    expect([path, ours.map(([name]) => name).sort()]).toEqual([path, [...byName.keys()].sort()]);
  }
  for (const [name, field] of ours) {
    const theirs = byName.get(name);
    // Of Envoy's messages the room wire has what Nighthawk uses.
    if (theirs === undefined || OPEN.has(field.kind as string)) continue;
    expect(`${path} ${lineOfTable(name, field)}`).toBe(`${path} ${lineOfDescriptor(theirs)}`);
    if (isMessageTable(field.kind))
      compare(`${path}.${name}`, field.kind, theirs.message as DescMessage);
    if (isEnumTable(field.kind) && theirs.enum) {
      const values = theirs.enum.values.map((value) => [value.name, value.number]);
      expect([path, name, field.kind.names]).toEqual([path, name, Object.fromEntries(values)]);
    }
  }
}

test("of an Output and of the options", () => {
  compare("Output", OUTPUT, OutputSchema);
  compare("CommandLineOptions", COMMAND_LINE_OPTIONS, CommandLineOptionsSchema);
});
