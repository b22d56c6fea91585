/** A refusal of the plan that was made of a client, told by the place in the SMP document. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type Path, PlanRefusal, spell } from "@nightjar/core/plan/plan-place.ts";
import { FIELD_HEADERS, isForeignGenerator } from "./kept-labels.ts";
import type { SmpClient } from "./smp-config.ts";

export interface RefusedClient {
  readonly client: SmpClient;
  /** The path in the document of a field of the client, by its current name. */
  readonly placeOf: (...path: Path) => Path;
}

/** What a refusal begins with: `load.rate: …`, `targets[0].headers["a b"]: …`. */
const HEAD = /^[A-Za-z]\w*(?:\.[\w!#$%&'*+^`|~-]+|\[(?:\d+|"(?:[^"\\]|\\.)*")\])*(?=: )/;

/** Anything but a refused plan is given back as it is. */
export function smpRefusal(error: unknown, refused: RefusedClient): unknown {
  if (!(error instanceof NightjarError) || error.code !== "bad-plan") return error;
  const head = HEAD.exec(error.message)?.[0] ?? "";
  const found = error instanceof PlanRefusal ? spell(error.path) : head;
  const path = smpPathOf(found, error, refused);
  if (path === undefined) return elsewhere(error, refused);
  const rest = head === "" ? error.message : error.message.slice(head.length + ": ".length);
  return new PlanRefusal(`${spell(path)}: ${discreet(rest, found)}`, path, error.hint);
}

/** What no field of SMP has said is said by the options. */
function elsewhere(error: NightjarError, { placeOf, client }: RefusedClient): unknown {
  const isForeign = isForeignGenerator(client.loadGenerator);
  const isSaid = !isForeign && client.additionalOptions.trim() !== "";
  const path = isSaid ? placeOf("additionalOptions") : placeOf();
  return new PlanRefusal(`${spell(path)}: ${error.message}`, path, error.hint);
}

const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^load\.rate$/, "rps"],
  [/^load\.connections$/, "connections"],
  [/^protocol$/, "protocol"],
  [/^generator$/, "loadGenerator"],
  [/^targets\[\d+\]\.body$/, "body"],
  [/^tls\.caCert$/, "sslCertificate"],
];
const OF_TEST = /^(name|duration|labels)\b/;

function smpPathOf(plan: string, error: NightjarError, refused: RefusedClient): Path | undefined {
  const { placeOf } = refused;
  const target = /^targets\[(\d+)\]\.(url|headers)/.exec(plan);
  if (target?.[2] === "url") return placeOf("endpointUrls", Number(target[1]));
  if (target?.[2] === "headers") return headerPath(plan, error, refused);
  const field = FIELDS.find(([pattern]) => pattern.test(plan));
  if (field !== undefined) return placeOf(field[1]);
  const ofTest = OF_TEST.exec(plan)?.[1];
  if (ofTest === undefined) return undefined;
  // A field of a client, but one: `clients`, its index.
  const test = placeOf().slice(0, -2);
  const [, label] = error instanceof PlanRefusal ? error.path : [];
  return label === undefined || String(label).startsWith("smp.")
    ? [...test, ofTest]
    : [...test, ofTest, label];
}

function headerPath(plan: string, error: NightjarError, { client, placeOf }: RefusedClient): Path {
  const ofPath = error instanceof PlanRefusal ? error.path[3] : undefined;
  const name = String(ofPath ?? /"([^"]+)"/.exec(error.message.slice(plan.length))?.[1] ?? "");
  if (Object.hasOwn(client.headers, name)) return placeOf("headers", name);
  const field = Object.entries(FIELD_HEADERS).find(([header]) => header === name.toLowerCase());
  return placeOf(field?.[1] ?? "headers");
}

/** The value of a header may be a secret. */
function discreet(message: string, planPath: string): string {
  return planPath.includes(".headers") ? message.replace(/, found .*$/s, "") : message;
}
