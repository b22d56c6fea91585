/** XML as text: elements, attributes, and texts of others, of which XML 1.0 cannot hold all. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Characters that no XML 1.0 document may hold, not even as a reference. */
const FORBIDDEN = /[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const REPLACEMENT = "\ufffd";

function harmless(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(FORBIDDEN, REPLACEMENT);
}

/** Newlines of an attribute would be read as spaces. */
function attributeText(text: string): string {
  return harmless(text).replace(/[&<>"\n\t]/g, (character) => ENTITIES[character]);
}

/** As the content of an element. */
export function content(text: string): string {
  return harmless(text).replace(/[&<>]/g, (character) => ENTITIES[character]);
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** `children` are elements, each in a line of its own, or one text. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly string[] | { readonly text: string } = [],
): string {
  const said = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? "" : ` ${key}="${attributeText(String(value))}"`,
  );
  const head = `<${name}${said.join("")}`;
  if ("text" in children) return `${head}>${content(children.text)}</${name}>`;
  if (children.length === 0) return `${head}/>`;
  return `${head}>\n${children.join("\n")}\n</${name}>`;
}
