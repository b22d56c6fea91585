/** A value → YAML that readers of YAML 1.1, such as Go's, and those of 1.2 take for the same. */
import { Document, parse, Scalar, visit } from "yaml";

/** Ends with a newline. */
export function yamlOf(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && isAmbiguous(scalar.value)) {
        scalar.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Words of YAML 1.1 that are texts elsewhere: `on`, `yes`, `1_000`, `12:30`. */
function isAmbiguous(text: string): boolean {
  if (text === "<<" || text === "=") return true;
  if (!/^[\w.~+-][\w.:~+-]*$/.test(text)) return false;
  return parse(text, { version: "1.1" }) !== text || parse(text) !== text;
}
