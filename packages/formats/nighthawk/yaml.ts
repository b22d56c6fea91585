/**
 * An Output as YAML in blocks, as Nighthawk prints it: what is empty stands on a line of its own.
 * A text that YAML would read as something else is in quotes, which upstream leaves out.
 */
import { OUTPUT, type Output } from "./output-messages.ts";
import { type Tree, treeOf } from "./tree.ts";

const STEP = "  ";

/** What no plain scalar may begin with, hold, or end with. */
const NOT_PLAIN = /^[\s,[\]{}#&*!|>'"%@`]|^[-?:](\s|$)|: |:$|\s#|\s$|^(---|\.\.\.)/;
const NOT_PRINTABLE = /[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** Words and numbers of YAML's core schema. */
const NOT_TEXT =
  /^$|^~$|^(null|true|false|yes|no|on|off|y|n)$|^[-+]?(\.?\d|0[xo]|\.inf$)|^\.nan$|^(<<|=)$/i;

function scalar(tree: Tree): string | undefined {
  if ("bare" in tree) return tree.bare;
  if (!("text" in tree)) return undefined;
  const { text, isStamp } = tree;
  if (NOT_PLAIN.test(text) || NOT_PRINTABLE.test(text)) return JSON.stringify(text);
  return isStamp || !NOT_TEXT.test(text) ? text : JSON.stringify(text);
}

function member([key, value]: readonly [string, Tree], indent: string): string {
  const name = scalar({ text: key, isStamp: false });
  const flat = scalar(value);
  if (flat !== undefined) return `${indent}${name}: ${flat}`;
  return `${indent}${name}:\n${print(value, indent + STEP)}`;
}

/** The first line of an item stands behind its dash. */
function item(value: Tree, indent: string): string {
  const flat = scalar(value);
  if (flat !== undefined) return `${indent}- ${flat}`;
  return `${indent}- ${print(value, indent + STEP).slice(indent.length + STEP.length)}`;
}

function print(tree: Tree, indent: string): string {
  if ("items" in tree) {
    if (tree.items.length === 0) return `${indent}[]`;
    return tree.items.map((value) => item(value, indent)).join("\n");
  }
  if ("members" in tree) {
    if (tree.members.length === 0) return `${indent}{}`;
    return tree.members.map((entry) => member(entry, indent)).join("\n");
  }
  return indent + scalar(tree);
}

/** Without an end of the last line, as upstream. */
export function yaml(output: Output): string {
  return print(treeOf(output, OUTPUT), "");
}
