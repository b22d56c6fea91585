/** The targets of a plan as Nighthawk has them: one URI, or endpoints of one path. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Authority, authorityOf } from "@nightjar/core/plan/authority.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Target } from "@nightjar/core/plan/target-schema.ts";
import { textsOf } from "@nightjar/core/plan/target-text.ts";
import { holesOf, type Segment } from "@nightjar/core/plan/template.ts";
import { RequestMethod } from "../generated/envoy/config/core/v3/base_pb.ts";
import {
  type CommandLineOptions,
  MultiTargetSchema,
  RequestOptionsSchema,
} from "../generated/nighthawk/client/options_pb.ts";
import { refuseOption } from "./option-refusal.ts";
import { MULTI_TARGET_HOST } from "./options-target.ts";

type TargetOptions = Pick<CommandLineOptions, "oneofUri" | "oneofRequestOptions">;

/** Throws `bad-plan`. */
export function targetOptions(plan: Plan): TargetOptions {
  const { targets, numberHeader, checks } = plan;
  if (numberHeader !== undefined) refuseOption("numberHeader", "Nighthawk has none");
  if (checks.headers.length + checks.body.length > 0) refuseOption("checks", "Nighthawk has none");
  checkTls(plan);
  const requests = targets.map(requestOf);
  const [request, ...others] = requests;
  const odd = others.findIndex((other) => JSON.stringify(other) !== JSON.stringify(request));
  if (odd >= 0) {
    const what = "Nighthawk sends the same method, headers and body to all";
    refuseOption(`targets[${odd + 1}]`, what);
  }
  const value = create(RequestOptionsSchema, request);
  return {
    oneofUri: targets.length === 1 ? uriOf(targets[0]) : endpointsOf(targets),
    oneofRequestOptions: { case: "requestOptions", value },
  };
}

/** Nighthawk accepts any certificate, and asks for the name of the URI or of a Host header. */
function checkTls({ tls, targets }: Plan): void {
  if (!targets.some(({ url }) => url.startsWith("https:"))) return;
  if (!tls.insecure) {
    const hint = "tls.insecure: true says the same of a plan";
    refuseOption("tls.insecure", "Nighthawk accepts any certificate, and verifies none", hint);
  }
  for (const key of ["caCert", "cert", "key"] as const) {
    if (tls[key] !== undefined) refuseOption(`tls.${key}`, "no such option of Nighthawk is used");
  }
}

function requestOf(target: Target, index: number): MessageInitShape<typeof RequestOptionsSchema> {
  const where = `targets[${index}]`;
  const { headers, body } = textsOf(target, index);
  const requestMethod = RequestMethod[target.method as keyof typeof RequestMethod];
  if (requestMethod === undefined) {
    refuseOption(`${where}.method`, `Nighthawk has no method ${target.method}`);
  }
  if (body.length > 0 || target.bodyFile !== undefined) {
    const hint = "bodySize gives one of so many bytes";
    refuseOption(`${where}.body`, "Nighthawk sends bodies of one letter alone", hint);
  }
  return {
    requestMethod,
    requestHeaders: headers
      .filter(({ name, segments }) => !isDefaultHost(name, segments))
      .map(({ name, segments }) => ({
        header: { key: name, value: literal(`${where}.headers.${name}`, segments) },
        append: false,
      })),
    ...(target.bodySize === undefined ? {} : { requestBodySize: target.bodySize }),
  };
}

/** It is sent to several endpoints unless told otherwise. */
function isDefaultHost(name: string, segments: readonly Segment[]): boolean {
  return name.toLowerCase() === "host" && segments.join("") === MULTI_TARGET_HOST;
}

function literal(where: string, segments: readonly Segment[]): string {
  const [hole] = holesOf([...segments]);
  if (hole) refuseOption(where, `Nighthawk has no templates, found ${hole.source}`);
  return segments.join("");
}

function uriOf({ url }: Target): CommandLineOptions["oneofUri"] {
  return { case: "uri", value: { $typeName: "google.protobuf.StringValue", value: plain(url, 0) } };
}

/** The URL without templates. */
function plain(url: string, index: number): string {
  const { authority, segments } = textsOf({ url, headers: {} } as unknown as Target, index).url;
  return authority.origin + literal(`targets[${index}].url`, segments);
}

function endpointsOf(targets: readonly Target[]): CommandLineOptions["oneofUri"] {
  const urls = targets.map(({ url }, index) => new URL(plain(url, index)));
  const [{ protocol, pathname, search }] = urls;
  const path = pathname + search;
  for (const [index, url] of urls.entries()) {
    if (url.protocol === protocol && url.pathname + url.search === path) continue;
    refuseOption(`targets[${index}].url`, "Nighthawk has one scheme and path for all endpoints");
  }
  const unlike = targets.findIndex(({ weight }) => weight !== targets[0].weight);
  if (unlike >= 0) refuseOption(`targets[${unlike}].weight`, "Nighthawk takes all in turn");
  const endpoints = urls.map(authorityOf).map(endpointOf);
  const useHttps = protocol === "https:";
  return { case: "multiTarget", value: create(MultiTargetSchema, { useHttps, path, endpoints }) };
}

function endpointOf({ host, port }: Authority): { address: string; port: number } {
  return { address: host, port };
}
