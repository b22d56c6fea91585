/**
 * An SMP test configuration → plans, one for each of its clients: what SMP calls distributed load
 * is an ensemble of different plans, which begin together.
 */

import { isPemText } from "@nightjar/core/plan/pem-text.ts";
import { type Plan, resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { Path } from "@nightjar/core/plan/plan-place.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { escapeBraces } from "@nightjar/core/plan/template.ts";
import { cookieHeaderOf } from "./cookie-text.ts";
import { isForeignGenerator, labelsOf } from "./kept-labels.ts";
import { planOptionsIn, withPlanOptions } from "./plan-options.ts";
import { readSmpConfig, writtenPath } from "./read-config.ts";
import type { SmpClient, SmpConfig, SmpProtocol } from "./smp-config.ts";
import { isMap, refuseMember } from "./smp-reader.ts";
import { smpRefusal } from "./smp-refusal.ts";
import { defaultsOf } from "./unsaid.ts";

export interface ClientPlan {
  /** As a person would write it: what SMP says and no more. */
  readonly document: PlanDocument;
  readonly plan: Plan;
}

export interface SmpPlans {
  /** In the order of the clients; they begin at one T0. */
  readonly clients: readonly ClientPlan[];
  /** What the document does not say, or SMP cannot, and what holds: `timeout 5s`. */
  readonly defaulted: readonly string[];
}

/** Throws `PlanRefusal` with the path in the document. */
export function smpPlansOf(document: unknown): SmpPlans {
  const config = readSmpConfig(document);
  const clients = config.clients.map((client, index) =>
    clientPlan(config, client, (...path) => writtenPath(document, ["clients", index, ...path])),
  );
  return { clients, defaulted: defaultsOf(clients) };
}

/** The path in the document of a field of the client, by its current name. */
type Place = (...path: Path) => Path;

function clientPlan(config: SmpConfig, client: SmpClient, placeOf: Place): ClientPlan {
  const document = documentOf(config, client, placeOf);
  try {
    return { document, plan: resolvePlan(document) };
  } catch (error) {
    throw smpRefusal(error, { client, placeOf });
  }
}

const PLAN_PROTOCOL: Readonly<Partial<Record<SmpProtocol, PlanDocument["protocol"]>>> = {
  http: "http1",
};

function documentOf(config: SmpConfig, client: SmpClient, placeOf: Place): PlanDocument {
  const options = optionsOf(client, placeOf);
  const isStaged = isMap(options.load) && Object.hasOwn(options.load, "stages");
  const document: PlanDocument = {
    ...(config.name === "" ? {} : { name: config.name }),
    ...mapUnlessEmpty("labels", labelsOf(config, client, placeOf("additionalOptions"))),
    targets: targetsOf(client, placeOf),
    ...protocolOf(client, placeOf),
    load: loadOf(client, isStaged),
    ...(config.duration === "" ? {} : { duration: config.duration }),
    ...(client.loadGenerator === "" ? {} : { generator: client.loadGenerator }),
    ...(client.sslCertificate === "" ? {} : { tls: { caCert: pemOf(client, placeOf) } }),
  };
  return withPlanOptions(document, options, placeOf("additionalOptions"));
}

function optionsOf(client: SmpClient, placeOf: Place): Readonly<Record<string, unknown>> {
  if (isForeignGenerator(client.loadGenerator)) return {};
  return planOptionsIn(client.additionalOptions, placeOf("additionalOptions"));
}

function mapUnlessEmpty<K extends string>(key: K, map: Readonly<Record<string, string>>) {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}

/** `isStaged`: the options say the stages, and with them the rate where SMP says none. */
function loadOf({ rps, connections }: SmpClient, isStaged: boolean): PlanDocument["load"] {
  const rate = rps === 0 ? "max" : rps;
  return {
    ...(isStaged && rps === 0 ? {} : { rate }),
    ...(connections === 0 ? {} : { connections }),
  };
}

function protocolOf({ protocol }: SmpClient, placeOf: Place): Pick<PlanDocument, "protocol"> {
  if (protocol === "") return {};
  const ours = PLAN_PROTOCOL[protocol];
  if (ours !== undefined) return { protocol: ours };
  const spoken = Object.keys(PLAN_PROTOCOL).join(", ");
  const what = `Nightjar does not speak ${protocol} yet`;
  return refuseMember(placeOf("protocol"), what, `allowed: ${spoken}`);
}

function targetsOf(client: SmpClient, placeOf: Place): PlanDocument["targets"] {
  const headers = headersOf(client, placeOf);
  const { body } = client;
  return client.endpointUrls.map((url) => ({
    url: escapeBraces(url),
    ...(body === "" ? {} : { method: "POST" }),
    ...mapUnlessEmpty("headers", headers),
    ...(body === "" ? {} : { body: escapeBraces(body) }),
  }));
}

/** SMP has no templates, so braces are braces. */
function headersOf(client: SmpClient, placeOf: Place): Record<string, string> {
  const { headers, cookies, contentType } = client;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const refuseTwice = (field: string, name: string) => {
    if (names.includes(name)) {
      refuseMember(placeOf(field), `headers say ${name} too`, "leave one of them out");
    }
  };
  const entries = Object.entries(headers);
  if (contentType !== "") {
    refuseTwice("contentType", "content-type");
    entries.push(["Content-Type", contentType]);
  }
  const cookie = cookieHeaderOf(cookies, placeOf("cookies"));
  if (cookie !== "") {
    refuseTwice("cookies", "cookie");
    entries.push(["Cookie", cookie]);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, escapeBraces(value)]));
}

function pemOf({ sslCertificate }: SmpClient, placeOf: Place): string {
  if (isPemText(sslCertificate)) return sslCertificate;
  const what = "the text of a PEM certificate is wanted, and it holds none";
  return refuseMember(placeOf("sslCertificate"), what);
}
