/**
 * A document → SmpConfig. All shapes in the wild are one: in an envelope (`test:`, `mesh:`) or
 * bare, by classic keys (`load_generator`) or current ones (`loadGenerator`).
 */
import { GENERATOR_NAMES } from "@nightjar/core/plan/generator-name.ts";
import { LIMIT } from "@nightjar/core/plan/plan-limits.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import {
  KNOWN_VERSION,
  SMP_LIMIT,
  SMP_PROTOCOLS,
  type SmpClient,
  type SmpConfig,
} from "./smp-config.ts";
import { CLIENT_FIELDS, type Field, type SmpShape, TEST_FIELDS } from "./smp-fields.ts";
import { BASELINE_LABEL, meshIn, NO_MESH, type SmpMesh } from "./smp-mesh.ts";
import {
  countOf,
  flagOf,
  isMap,
  listOf,
  type Member,
  messageIn,
  refuseMember,
  shapeOf,
  shownValue,
  textMapOf,
  textOf,
  textsOf,
} from "./smp-reader.ts";

/** Whether it means to be an SMP test configuration, and not a plan of Nightjar. */
export function isSmpConfig(document: unknown): boolean {
  if (!isMap(document) || Object.hasOwn(document, "targets")) return false;
  return Object.hasOwn(document, "test") || Object.hasOwn(document, "clients");
}

const RESULT_KEYS = [
  ...["latencies_ms", "latenciesMs", "start_time", "startTime", "actual_qps", "actualQps"],
];

/** Whether it says how a test went, by keys that neither its configuration nor a plan has. */
export function isSmpResult(document: unknown): boolean {
  if (!isMap(document) || Object.hasOwn(document, "targets")) return false;
  return RESULT_KEYS.some((key) => Object.hasOwn(document, key));
}

/** Where the message stands: under `test:`, or in the document itself. */
export function testPathOf(document: unknown): Path {
  return isMap(document) && Object.hasOwn(document, "test") ? ["test"] : [];
}

/** Throws `PlanRefusal` with the path in the document. */
export function readSmpConfig(document: unknown): SmpConfig {
  const { test, mesh } = partsOf(document);
  const shape = shapeAround(test.value);
  const of = messageIn(test, TEST_FIELDS, shape);
  return {
    smpVersion: versionIn(of("smpVersion")),
    id: textOf(of("id")),
    name: textOf(of("name")),
    ...withBaseline(textMapOf(of("labels")), meshIn(mesh)),
    clients: clientsIn(of("clients"), shape),
    duration: durationIn(of("duration")),
  };
}

/** The shape of a test, or of the first client that tells. */
function shapeAround(test: unknown): SmpShape | undefined {
  const { clients = [] } = isMap(test) ? test : {};
  const inside = Array.isArray(clients) ? clients : [];
  const shapes = inside.map((client) => shapeOf(client, CLIENT_FIELDS));
  return [shapeOf(test, TEST_FIELDS), ...shapes].find((shape) => shape !== undefined);
}

/** Where the mesh is not said, a label may say that there is none. */
function withBaseline(
  labels: Readonly<Record<string, string>>,
  mesh: SmpMesh,
): Pick<SmpConfig, "labels" | "mesh"> {
  const { [BASELINE_LABEL]: baseline, ...others } = labels;
  if (mesh.type !== "" || baseline !== NO_MESH) return { labels, mesh };
  return { labels: others, mesh: { ...mesh, type: NO_MESH } };
}

const ENVELOPE = ["test", "mesh"];
const SHAPE = "an SMP test configuration has test: and mesh:, or clients: and duration: themselves";

function partsOf(document: unknown): { readonly test: Member; readonly mesh: Member } {
  if (!isMap(document)) {
    return refuseMember([], `a map of keys is wanted, found ${shownValue(document)}`, SHAPE);
  }
  const { mesh, ...bare } = document;
  const ofMesh = { value: mesh, path: ["mesh"] };
  if (!Object.hasOwn(document, "test")) return { test: bareTest(bare), mesh: ofMesh };
  const other = Object.keys(document).find((key) => !ENVELOPE.includes(key));
  if (other !== undefined) {
    refuseMember([other], `beside test: stands mesh: alone${didYouMean(other, ENVELOPE)}`, SHAPE);
  }
  return { test: { value: document.test, path: ["test"] }, mesh: ofMesh };
}

function bareTest(bare: Readonly<Record<string, unknown>>): Member {
  if (isSmpResult(bare)) {
    refuseMember([], "this is an SMP result, not a test configuration", "read it as smp-result");
  }
  if (!Object.hasOwn(bare, "clients")) {
    const near = didYouMean(Object.keys(bare)[0] ?? "", [...ENVELOPE, "clients"]);
    refuseMember([], `no SMP test configuration: neither test nor clients is there${near}`, SHAPE);
  }
  return { value: bare, path: [] };
}

/** Throws `PlanRefusal` for a version that is not known. */
export function versionIn(member: Member): string {
  const version = textOf(member);
  if (version === "" || KNOWN_VERSION.test(version)) return version;
  const what = `unknown version of SMP, ${shownValue(version)}`;
  return refuseMember(member.path, what, "allowed: v0.0.1 and the like, of v0");
}

/** A duration without its unit is what people get wrong most. */
function durationIn(member: Member): string {
  if (typeof member.value === "number") {
    const what = `a duration with its unit is wanted, found ${member.value}`;
    refuseMember(member.path, what, `did you mean ${member.value}s?`);
  }
  return textOf(member);
}

function clientsIn(member: Member, shape: SmpShape | undefined): SmpClient[] {
  const clients = listOf(member);
  if (clients.length === 0) refuseMember(member.path, "at least one client is wanted, found none");
  if (clients.length > SMP_LIMIT.clients) {
    refuseMember(member.path, `at most ${SMP_LIMIT.clients} clients, found ${clients.length}`);
  }
  return clients.map((client) => clientIn(client, shape));
}

function clientIn(member: Member, shape: SmpShape | undefined): SmpClient {
  const of = messageIn(member, CLIENT_FIELDS, shape);
  return {
    internal: flagOf(of("internal")),
    loadGenerator: generatorIn(of("loadGenerator")),
    protocol: protocolIn(of("protocol")),
    connections: countOf(of("connections"), LIMIT.connections),
    rps: countOf(of("rps"), LIMIT.ratePerS),
    headers: textMapOf(of("headers"), { isDiscreet: true }),
    cookies: textMapOf(of("cookies"), { isDiscreet: true }),
    body: boundedText(of("body"), LIMIT.bodyBytes),
    contentType: textOf(of("contentType")),
    endpointUrls: urlsIn(of("endpointUrls")),
    sslCertificate: boundedText(of("sslCertificate"), SMP_LIMIT.certificateBytes),
    additionalOptions: boundedText(of("additionalOptions"), SMP_LIMIT.optionBytes),
  };
}

function boundedText(member: Member, most: number): string {
  const text = textOf(member);
  if (text.length <= most) return text;
  return refuseMember(member.path, `at most ${most} characters, found ${text.length}`);
}

function urlsIn(member: Member): readonly string[] {
  const urls = textsOf(member);
  if (urls.length === 0) refuseMember(member.path, "at least one URL is wanted, found none");
  if (urls.length <= LIMIT.targets) return urls;
  return refuseMember(member.path, `at most ${LIMIT.targets} URLs, found ${urls.length}`);
}

function generatorIn(member: Member): SmpClient["loadGenerator"] {
  const written = textOf(member);
  const name = written.trim().toLowerCase();
  if (name === "") return "";
  const found = GENERATOR_NAMES.find((known) => known === name);
  if (found !== undefined) return found;
  const near = didYouMean(name, GENERATOR_NAMES);
  const what = `unknown load generator ${shownValue(written)}${near}`;
  return refuseMember(member.path, what, `allowed: ${GENERATOR_NAMES.join(", ")}`);
}

/** `1`, `"1"`, `PROTOCOL_HTTP`, `http`; 0 is proto3's "not said". */
function protocolIn({ value, path }: Member): SmpClient["protocol"] {
  if (value === undefined || value === null || value === "") return "";
  const number = typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : value;
  if (number === 0) return "";
  const word = typeof value === "string" ? value.toLowerCase().replace(/^protocol_/, "") : "";
  if (word === "invalid") return "";
  const found = SMP_PROTOCOLS.find((name, index) => number === index + 1 || word === name);
  if (found !== undefined) return found;
  const what = `unknown protocol ${shownValue(value)}${didYouMean(word, SMP_PROTOCOLS)}`;
  return refuseMember(path, what, ALLOWED_PROTOCOLS);
}

const ALLOWED_PROTOCOLS = `allowed: ${SMP_PROTOCOLS.map(
  (name, index) => `${index + 1} or ${name}`,
).join(", ")}`;

/** The enum of `.proto`: PROTOCOL_HTTP is 1. */
export function protocolNumber(protocol: SmpClient["protocol"]): number {
  return protocol === "" ? 0 : SMP_PROTOCOLS.indexOf(protocol) + 1;
}

/** The key of a client's field as the document writes it, classic or current. */
export function writtenPath(document: unknown, path: Path): Path {
  const root = testPathOf(document);
  let value = root.length === 0 ? document : (document as { readonly test: unknown }).test;
  let fields: readonly Field[] = TEST_FIELDS;
  const written = path.map((step) => {
    if (typeof step === "number") fields = CLIENT_FIELDS;
    const classic = fields.find(({ current }) => current === step)?.classic ?? "";
    const key = isMap(value) && Object.hasOwn(value, classic) ? classic : step;
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
    return key;
  });
  return [...root, ...written];
}
