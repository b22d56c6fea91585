/**
 * Plans → an SMP test configuration: the way back. What SMP has no field for stands in the
 * `additional_options` of a client whose load generator is Nightjar.
 */

import { isPemText } from "@nightjar/core/plan/pem-text.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import { type Path, refuseAt } from "@nightjar/core/plan/plan-place.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { holesOf, parseTemplates } from "@nightjar/core/plan/template.ts";
import { cookiesIn } from "./cookie-text.ts";
import { type Absentable, isForeignGenerator, type Kept, keptIn } from "./kept-labels.ts";
import { additionalOptionsOf } from "./options-of-plan.ts";
import { SMP_VERSION, type SmpClient, type SmpConfig } from "./smp-config.ts";

interface Planned {
  readonly document: PlanDocument;
  readonly plan: Plan;
  readonly kept: Kept;
}

/** Throws `PlanRefusal` with the path in the plan for what SMP cannot say. */
export function smpConfigOf(documents: readonly PlanDocument[]): SmpConfig {
  const planned = documents.map((document) => {
    const plan = resolvePlan(document);
    return { document, plan, kept: keptIn(plan.labels) };
  });
  const [first, ...others] = planned.map(testOf);
  for (const other of others) refuseDifference(first, other);
  return { ...first, clients: planned.map(clientOf) };
}

type Test = Omit<SmpConfig, "clients">;

function testOf({ document, plan, kept }: Planned): Test {
  const { id, labels, mesh } = kept;
  return {
    smpVersion: kept.smpVersion || unlessAbsent(kept, "smpVersion", SMP_VERSION),
    id,
    name: document.name ?? unlessAbsent(kept, "name", plan.name),
    labels,
    duration: durationOf(document, plan, kept),
    mesh,
  };
}

/** What the document does not say, unless SMP did not say it either. */
function unlessAbsent(kept: Kept, field: Absentable, value: string): string {
  return kept.absent.has(field) ? "" : value;
}

function durationOf({ duration }: PlanDocument, plan: Plan, kept: Kept): string {
  const said = duration ?? unlessAbsent(kept, "duration", plan.duration);
  return said === "unlimited" ? "" : said;
}

const SHARED = ["smpVersion", "id", "name", "labels", "duration", "mesh"] as const;

/** One test has one name, one duration and so on, whatever its clients. */
function refuseDifference(first: Test, other: Test): void {
  for (const key of SHARED) {
    if (isSame(first[key], other[key])) continue;
    const path = key === "name" || key === "duration" ? [key] : ["labels"];
    refuseAt(path, `clients of one SMP test have the same ${key}, and these plans have not`);
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(members.map(([key, member]) => [key, canonical(member)]));
}

function clientOf({ document, plan, kept }: Planned): SmpClient {
  const { targets, load } = plan;
  const [{ headers, body = "" }] = targets;
  for (const index of targets.keys()) refuseOwnRequest(plan, index);
  const isConnectionsSaid = typeof document.load?.connections === "number";
  const isGeneratorSaid = document.generator !== undefined || !kept.absent.has("loadGenerator");
  const caCert = plan.tls.caCert ?? "";
  return {
    internal: kept.internal,
    loadGenerator: isGeneratorSaid ? plan.generator : "",
    protocol:
      document.protocol === undefined && kept.absent.has("protocol") ? "" : protocolOf(plan),
    connections: kept.absent.has("connections") && !isConnectionsSaid ? 0 : load.connections,
    rps: rpsOf(plan),
    ...headerFields(headers, kept),
    body: literal(body, ["targets", 0, "body"]),
    endpointUrls: document.targets.map(({ url }, index) => literal(url, ["targets", index, "url"])),
    sslCertificate: isPemText(caCert) ? caCert : "",
    additionalOptions: optionsOf(document, plan, kept),
  };
}

function protocolOf({ protocol }: Plan): SmpClient["protocol"] {
  return protocol === "http1" ? "http" : refuseAt(["protocol"], `SMP has no ${protocol}`);
}

function rpsOf({ load }: Plan): number {
  if (load.rate === "max") return 0;
  if (Number.isInteger(load.rate)) return load.rate;
  return refuseAt(["load", "rate"], `SMP has whole numbers per second, found ${load.rate}/s`);
}

/** An SMP client sends the same to all its URLs. */
function refuseOwnRequest({ targets }: Plan, index: number): void {
  for (const key of ["headers", "body"] as const) {
    if (isSame(targets[0][key] ?? "", targets[index][key] ?? "")) continue;
    const what = "an SMP client sends the same to all its URLs, and this is not as in targets[0]";
    refuseAt(["targets", index, key], what, "make plans of them, one for each client");
  }
}

/** The text without templates, which SMP does not have. */
function literal(text: string, path: Path): string {
  const segments = parseTemplates(text, { path });
  if (holesOf(segments).length > 0) refuseAt(path, "SMP has no templates");
  return segments.join("");
}

type HeaderFields = Pick<SmpClient, "headers" | "cookies" | "contentType">;

function headerFields(written: Readonly<Record<string, string>>, kept: Kept): HeaderFields {
  const headers: [string, string][] = [];
  let cookies: HeaderFields["cookies"] = {};
  let contentType = "";
  for (const [name, value] of Object.entries(written)) {
    const text = literal(value, ["targets", 0, "headers", name]);
    const key = kept.headers.has(name.toLowerCase()) ? "" : name.toLowerCase();
    const list = key === "cookie" ? cookiesIn(text) : undefined;
    if (list !== undefined) cookies = list;
    else if (key === "content-type" && text !== "") contentType = text;
    else headers.push([name, text]);
  }
  return { headers: Object.fromEntries(headers), cookies, contentType };
}

function optionsOf(document: PlanDocument, { generator }: Plan, kept: Kept): string {
  const options = additionalOptionsOf(document);
  if (!isForeignGenerator(generator)) return options;
  if (options === "") return kept.additionalOptions;
  const [key] = Object.keys(JSON.parse(options));
  const what = `SMP has no field for it, and additional_options are ${generator}'s own`;
  return refuseAt([key], what, "leave it out, or make nightjar the generator");
}
