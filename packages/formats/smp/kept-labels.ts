/**
 * What SMP says and a plan has no key for is kept in labels of the plan, `smp.…`, so that nothing
 * is lost on the way there and back.
 *
 *     smp.version  smp.id  smp.internal
 *     smp.additional_options   of another generator than Nightjar
 *     smp.mesh     smp.mesh.version      smp.mesh.label.K    smp.mesh.annotation.K
 *     smp.headers  headers that stood among `headers`, though SMP has a field of their own for them
 *     smp.absent   fields that the document did not say, so that the plan's default is not its word
 *     smp.label.K  a label K of SMP that would be taken for one of these
 */
import { type Path, refuseAt } from "@nightjar/core/plan/plan-place.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { KNOWN_VERSION, type SmpClient, type SmpConfig } from "./smp-config.ts";
import { meshTypeIn, type SmpMesh } from "./smp-mesh.ts";
import { refuseMember } from "./smp-reader.ts";

export type Labels = Readonly<Record<string, string>>;

const RESERVED = "smp.";
const OWN = "smp.label.";
const MESH_LABEL = "smp.mesh.label.";
const MESH_ANNOTATION = "smp.mesh.annotation.";
const TEXTS = ["smp.version", "smp.id", "smp.mesh.version", "smp.additional_options"] as const;
const NAMES = [...TEXTS, "smp.mesh", "smp.internal", "smp.headers"];
const KNOWN = [...NAMES, "smp.absent"];

/** A label of a plan holds so many characters; a longer text stands in several. */
const PIECE = 200;
const MOST_PIECES = 20;

/** Fields whose default a plan would fill in. */
export const ABSENTABLE = [
  "smpVersion",
  "name",
  "duration",
  "loadGenerator",
  "protocol",
  "connections",
] as const;
export type Absentable = (typeof ABSENTABLE)[number];

export interface Kept {
  readonly smpVersion: string;
  readonly id: string;
  readonly mesh: SmpMesh;
  readonly internal: boolean;
  /** Of a foreign generator. */
  readonly additionalOptions: string;
  /** In lower case. */
  readonly headers: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  /** Labels of SMP. */
  readonly labels: Labels;
}

/** The labels of the plan of that client. `optionsPath`: of its additional options. */
export function labelsOf(config: SmpConfig, client: SmpClient, optionsPath: Path): Labels {
  const { mesh, smpVersion, id } = config;
  const isForeign = isForeignGenerator(client.loadGenerator);
  return {
    ...escapedLabels(config.labels),
    ...pieces("smp.version", smpVersion),
    ...pieces("smp.id", id),
    ...(mesh.type === "" ? {} : { "smp.mesh": mesh.type }),
    ...pieces("smp.mesh.version", mesh.version),
    ...prefixed(MESH_LABEL, mesh.labels),
    ...prefixed(MESH_ANNOTATION, mesh.annotations),
    ...(client.internal ? { "smp.internal": "true" } : {}),
    ...(isForeign ? optionPieces(client, optionsPath) : {}),
    ...listed("smp.headers", headersWithField(client)),
    ...listed("smp.absent", absentIn(config, client)),
  };
}

/** Those of SMP that would be taken for kept ones have a prefix. */
export function escapedLabels(labels: Labels): Labels {
  const entries = Object.entries(labels);
  return Object.fromEntries(
    entries.map(([name, text]) => [name.startsWith(RESERVED) ? OWN + name : name, text]),
  );
}

/** Another than Nightjar: its options are its own. */
export function isForeignGenerator(name: string): boolean {
  return name !== "" && name !== "nightjar";
}

/** None of an empty text. */
export function pieces(name: string, text: string): Labels {
  const parts: Record<string, string> = {};
  let rest = text;
  for (let n = 1; rest !== ""; n++) {
    const isSplit = /[\ud800-\udbff]/.test(rest[PIECE - 1] ?? "");
    const part = rest.slice(0, isSplit ? PIECE - 1 : PIECE);
    parts[n === 1 ? name : `${name}.${n}`] = part;
    rest = rest.slice(part.length);
  }
  return parts;
}

function optionPieces({ additionalOptions, loadGenerator }: SmpClient, path: Path): Labels {
  const parts = pieces("smp.additional_options", additionalOptions);
  if (Object.keys(parts).length <= MOST_PIECES) return parts;
  const most = `at most ${MOST_PIECES * (PIECE - 1)} characters for ${loadGenerator} can be kept`;
  return refuseMember(path, `${most}, found ${additionalOptions.length}`);
}

function prefixed(prefix: string, labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, text]) => [prefix + name, text]));
}

function listed(name: string, words: readonly string[]): Labels {
  return words.length === 0 ? {} : { [name]: words.join(",") };
}

/** Headers that SMP would say by a field of its own. */
export const FIELD_HEADERS = { "content-type": "contentType", cookie: "cookies" } as const;

function headersWithField({ headers }: SmpClient): string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return Object.keys(FIELD_HEADERS).filter((name) => names.includes(name));
}

function absentIn(config: SmpConfig, client: SmpClient): Absentable[] {
  const said = { ...config, ...client };
  return ABSENTABLE.filter((key) => said[key] === "" || said[key] === 0);
}

/** Throws `PlanRefusal` for a label `smp.…` that means nothing. */
export function keptIn(labels: Labels): Kept {
  for (const name of Object.keys(labels)) checkName(name);
  const word = (name: string) => labels[name] ?? "";
  const words = (name: string) => new Set(word(name).split(","));
  return {
    smpVersion: versionOf(word("smp.version")),
    id: joined(labels, "smp.id"),
    mesh: {
      type: meshTypeIn({ value: word("smp.mesh"), path: ["labels", "smp.mesh"] }),
      version: joined(labels, "smp.mesh.version"),
      labels: unprefixed(MESH_LABEL, labels),
      annotations: unprefixed(MESH_ANNOTATION, labels),
    },
    internal: word("smp.internal") === "true",
    additionalOptions: joined(labels, "smp.additional_options"),
    headers: words("smp.headers"),
    absent: words("smp.absent"),
    labels: {
      ...Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith(RESERVED))),
      ...unprefixed(OWN, labels),
    },
  };
}

function checkName(name: string): void {
  if (!name.startsWith(RESERVED) || isKept(name)) return;
  const hint = `labels that begin with ${RESERVED} are kept for: ${KNOWN.join(", ")}`;
  refuseAt(["labels", name], `no such label${didYouMean(name, KNOWN)}`, hint);
}

function isKept(name: string): boolean {
  const isMapped = [OWN, MESH_LABEL, MESH_ANNOTATION].some((prefix) => name.startsWith(prefix));
  const isPiece = TEXTS.some((text) => name.startsWith(`${text}.`) && /\.\d{1,2}$/.test(name));
  return isMapped || isPiece || KNOWN.includes(name);
}

/** Labels of a Result were looked at by nobody: what means nothing is a label like any other. */
export function partKept(labels: Labels): { readonly kept: Labels; readonly others: Labels } {
  const entries = Object.entries(labels);
  return {
    kept: Object.fromEntries(entries.filter(([name]) => isKept(name))),
    others: Object.fromEntries(entries.filter(([name]) => !isKept(name))),
  };
}

function versionOf(version: string): string {
  if (version === "" || KNOWN_VERSION.test(version)) return version;
  return refuseAt(["labels", "smp.version"], "unknown version of SMP", "allowed: v0.0.1 and so on");
}

function joined(labels: Labels, name: string): string {
  let text = labels[name] ?? "";
  for (let n = 2; labels[`${name}.${n}`] !== undefined; n++) text += labels[`${name}.${n}`];
  return text;
}

function unprefixed(prefix: string, labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, text]) => [name.slice(prefix.length), text]),
  );
}
