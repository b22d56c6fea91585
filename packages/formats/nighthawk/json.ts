/** A message as proto3 JSON, as Nighthawk prints it: one space of indentation for each level. */
import type { Message, MessageTable } from "./fields.ts";
import { OUTPUT, type Output } from "./output-messages.ts";
import { type Tree, treeOf } from "./tree.ts";

/** Protobuf writes these as escapes: they would end a script in a page. */
const ESCAPED = /[<>\u007f\u2028\u2029]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(ESCAPED, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function block(lines: readonly string[], [open, close]: string, indent: string): string {
  if (lines.length === 0) return open + close;
  const inner = lines.map((line) => `${indent} ${line}`).join(",\n");
  return `${open}\n${inner}\n${indent}${close}`;
}

function print(tree: Tree, indent: string): string {
  if ("bare" in tree) return tree.bare;
  if ("text" in tree) return quoted(tree.text);
  if ("items" in tree) {
    return block(
      tree.items.map((item) => print(item, `${indent} `)),
      "[]",
      indent,
    );
  }
  const lines = tree.members.map(([key, value]) => `${quoted(key)}: ${print(value, `${indent} `)}`);
  return block(lines, "{}", indent);
}

export function messageJson(message: Message, table: MessageTable): string {
  return `${print(treeOf(message, table), "")}\n`;
}

export function json(output: Output): string {
  return messageJson(output, OUTPUT);
}
