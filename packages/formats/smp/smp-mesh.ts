/**
 * The mesh of an SMP document: a number or a name of `smp.ServiceMesh.Type`, or a name as people
 * write it. SMP has no value for "no mesh", which is the baseline of every comparison.
 */
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { MESH_FIELDS } from "./smp-fields.ts";
import {
  isMap,
  type Member,
  messageIn,
  refuseMember,
  shownValue,
  textMapOf,
  textOf,
} from "./smp-reader.ts";

interface MeshRow {
  /** In `smp.ServiceMesh.Type`; `null`: SMP has no value for it. */
  readonly number: number | null;
  /** As Nightjar writes it. */
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** By their numbers. The enum's name is the name in capitals, with underscores. */
export const MESHES: readonly MeshRow[] = [
  { number: 1, name: "app-mesh" },
  { number: 2, name: "consul" },
  { number: 3, name: "istio" },
  { number: 4, name: "kuma" },
  { number: 5, name: "linkerd" },
  { number: 6, name: "traefik-mesh", aliases: ["traefik"] },
  { number: 7, name: "octarine" },
  { number: 8, name: "network-service-mesh", aliases: ["nsm"] },
  { number: 9, name: "tanzu" },
  { number: 10, name: "open-service-mesh", aliases: ["osm"] },
  { number: 11, name: "nginx-service-mesh", aliases: ["nginx"] },
  { number: 12, name: "cilium-service-mesh", aliases: ["cilium"] },
  { number: null, name: "none" },
];

/** The baseline: the same load without a mesh. */
export const NO_MESH = "none";
/** Says it where SMP's own field cannot. */
export const BASELINE_LABEL = "nightjar.mesh";

const INVALID = { number: 0, name: "invalid-mesh" } as const;

export interface SmpMesh {
  /** Of `MESHES`; empty: the document does not say. */
  readonly type: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export const UNSAID_MESH: SmpMesh = { type: "", version: "", labels: {}, annotations: {} };

export function meshEnumName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

export function meshNumber(name: string): number | null {
  return MESHES.find((row) => row.name === name)?.number ?? null;
}

/** Throws `PlanRefusal` for a mesh that nobody knows. */
export function meshIn(member: Member): SmpMesh {
  if (!isMap(member.value)) return { ...UNSAID_MESH, type: meshTypeIn(member) };
  const of = messageIn(member, MESH_FIELDS);
  return {
    type: meshTypeIn(of("type")),
    version: textOf(of("version")),
    labels: textMapOf(of("labels")),
    annotations: textMapOf(of("annotations")),
  };
}

/** Empty where nothing is said, or the enum's "invalid". */
export function meshTypeIn({ value, path }: Member): string {
  if (value === undefined || value === null || value === "") return "";
  const found = nameOf(value);
  if (found !== undefined) return found;
  const names = MESHES.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const near = typeof value === "string" ? didYouMean(plain(value), names) : "";
  return refuseMember(path, `unknown mesh ${shownValue(value)}${near}`, ALLOWED);
}

const ALLOWED = `allowed: ${MESHES.map(({ number, name }) =>
  number === null ? name : `${number} or ${name}`,
).join(", ")}`;

function nameOf(value: unknown): string | undefined {
  const number = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : value;
  if (number === INVALID.number) return "";
  if (typeof number === "number") return MESHES.find((row) => row.number === number)?.name;
  if (typeof value !== "string") return undefined;
  const word = plain(value);
  if (word === INVALID.name) return "";
  return MESHES.find(({ name, aliases }) => name === word || aliases?.includes(word))?.name;
}

/** `ISTIO`, `Open Service Mesh`, `open_service_mesh`: words in lower case, joined by dashes. */
function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "-");
}
