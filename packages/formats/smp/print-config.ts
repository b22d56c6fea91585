/** SmpConfig → a document, in the classic shape or in the current one. */

import { protocolNumber } from "./read-config.ts";
import type { SmpClient, SmpConfig } from "./smp-config.ts";
import { CLIENT_FIELDS, type Field, type SmpShape, TEST_FIELDS } from "./smp-fields.ts";
import { BASELINE_LABEL, meshNumber, NO_MESH, type SmpMesh } from "./smp-mesh.ts";

export interface SmpDocument {
  readonly document: Readonly<Record<string, unknown>>;
  /** What that shape has no place for. */
  readonly left: readonly string[];
}

/** Fields with the default of their type are left out, as in proto3. */
export function smpDocumentOf(config: SmpConfig, shape: SmpShape): SmpDocument {
  const isClassic = shape === "classic";
  const baseline = isClassic && config.mesh.type === NO_MESH ? { [BASELINE_LABEL]: NO_MESH } : {};
  const test = {
    ...config,
    labels: { ...config.labels, ...baseline },
    clients: config.clients.map((client) => clientOf(client, shape)),
  };
  const mesh = isClassic ? classicMesh(config.mesh) : config.mesh.type;
  return {
    document: {
      test: messageDocument(test, TEST_FIELDS, shape),
      ...(isEmpty(mesh) ? {} : { mesh }),
    },
    left: isClassic ? [] : unsayable(config.mesh),
  };
}

function clientOf(client: SmpClient, shape: SmpShape): Readonly<Record<string, unknown>> {
  const protocol = shape === "classic" ? protocolNumber(client.protocol) : client.protocol;
  return messageDocument({ ...client, protocol }, CLIENT_FIELDS, shape);
}

export function messageDocument(values: object, fields: readonly Field[], shape: SmpShape) {
  const said = values as Readonly<Record<string, unknown>>;
  const members = fields
    .filter(({ current }) => !isEmpty(said[current]))
    .map((field) => [field[shape], said[field.current]]);
  return Object.fromEntries(members) as Readonly<Record<string, unknown>>;
}

/** Not said, or the default of a type in proto3. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === "" || value === 0 || value === false;
}

function classicMesh({ type, version, labels, annotations }: SmpMesh) {
  const members = { type: meshNumber(type) ?? 0, version, labels, annotations };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));
}

/** The current shape has a mesh's name and no more. */
function unsayable(mesh: SmpMesh): string[] {
  const keys = ["version", "labels", "annotations"] as const;
  return keys.filter((key) => !isEmpty(mesh[key])).map((key) => `mesh.${key}`);
}
