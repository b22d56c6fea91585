/**
 * Labels as other tools have them, a list of texts: `name=text`, or a name alone. No text is lost
 * on the way into labels and back, but an empty one.
 */

/** A text that ends with = is a name, for a name alone is a label without a text. */
function nameIn(text: string): string {
  const at = text.indexOf("=");
  return at <= 0 || at === text.length - 1 ? "" : text.slice(0, at);
}

/** Up to the first =; where a name has been said before, all of the text is one. */
export function labelsOfTexts(texts: readonly string[]): Record<string, string> {
  const taken = new Set(texts.filter((text) => nameIn(text) === ""));
  const said = texts.filter((text) => text !== "");
  return Object.fromEntries(
    said.map((text) => {
      const name = nameIn(text);
      if (name === "" || taken.has(name)) return [text, ""];
      taken.add(name);
      return [name, text.slice(name.length + 1)];
    }),
  );
}

export function textsOfLabels(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([name, text]) => (text === "" ? name : `${name}=${text}`));
}
