/**
 * Where an SMP test configuration says what its plan says somewhere: for who refuses the plan, and
 * has to tell of the document that was written.
 */
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { testPathOf } from "./read-config.ts";
import { CLIENT_FIELDS, type Field, TEST_FIELDS } from "./smp-fields.ts";
import { isMap } from "./smp-reader.ts";

/** From the path in a plan, its steps joined by dots, to the field of a client that says it. */
const OF_CLIENT: readonly (readonly [RegExp, string])[] = [
  [/^generator$/, "load_generator"],
  [/^protocol$/, "protocol"],
  [/^load\.connections$/, "connections"],
  [/^load\.(rate|model|arrivals)$/, "rps"],
  [/^targets\.\d+\.headers\.cookie$/i, "cookies"],
  [/^targets\.\d+\.headers\.content-type$/i, "content_type"],
  [/^targets\.\d+\.headers\b/, "headers"],
  [/^targets\.\d+\.(body|method)$/, "body"],
  [/^targets\b/, "endpoint_urls"],
  [/^tls\.caCert$/, "ssl_certificate"],
  [/^/, "additional_options"],
];
const OF_TEST = ["name", "labels", "duration"];

/** Of the plan of client `at`; undefined where the document says nothing of it. */
export function placeInSmp(document: unknown, at: number, path: Path): Path | undefined {
  const testPath = testPathOf(document);
  const test = valueAt(document, testPath);
  const text = path.join(".");
  const ofTest = OF_TEST.find((name) => path[0] === name);
  if (ofTest !== undefined) return member(test, testPath, TEST_FIELDS, ofTest);
  const clientPath = [...testPath, "clients", at];
  const [, name] = OF_CLIENT.find(([pattern]) => pattern.test(text)) as readonly [RegExp, string];
  const found = member(valueAt(document, clientPath), clientPath, CLIENT_FIELDS, name);
  return found !== undefined && name === "endpoint_urls" && path.length > 1
    ? [...found, path[1]]
    : found;
}

/** By the name that the document has for it. */
function member(
  map: unknown,
  path: Path,
  fields: readonly Field[],
  classic: string,
): Path | undefined {
  const { current = classic } = fields.find((field) => field.classic === classic) ?? {};
  const key = [current, classic].find((name) => isMap(map) && Object.hasOwn(map, name));
  return key === undefined ? undefined : [...path, key];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown>)?.[step],
    value,
  );
}
