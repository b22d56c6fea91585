/** What Nighthawk's options send, and where to, as targets of ours. */
import { withBrackets, withoutBrackets } from "@nightjar/core/plan/ip-address.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { FRAMING_HEADER } from "@nightjar/core/plan/plan-target.ts";
import { escapeBraces } from "@nightjar/core/plan/template.ts";
import { RequestMethod } from "../generated/envoy/config/core/v3/base_pb.ts";
import type {
  CommandLineOptions,
  MultiTarget,
  RequestOptions,
} from "../generated/nighthawk/client/options_pb.ts";
import { demandRange, refuseOption } from "./option-refusal.ts";

type TargetParts = Pick<PlanDocument, "targets" | "tls">;
type Headers = Readonly<Record<string, string>>;

const MOST_BODY_BYTES = 4_194_304;
/** What upstream sends as Host where there are several targets. */
export const MULTI_TARGET_HOST = "host-not-supported-in-multitarget-mode";

/** Throws `bad-plan`. */
export function targetsOf(options: CommandLineOptions): TargetParts {
  const { oneofRequestOptions: request, oneofUri } = options;
  const asked = request.case === "requestOptions" ? request.value : undefined;
  const headers = headersOf(asked);
  const { host } = headers;
  const sent = { ...methodOf(asked), ...bodyOf(asked) };
  if (oneofUri.case === "multiTarget") {
    const all = { host: escapeBraces(MULTI_TARGET_HOST), ...headers };
    const urls = urlsOf(oneofUri.value);
    return { targets: urls.map((url) => ({ ...sent, url, headers: all })), tls: tlsOf(urls, host) };
  }
  const url = urlOf(oneofUri.case === "uri" ? oneofUri.value.value : "");
  return { targets: [{ ...sent, url, headers }], tls: tlsOf([url], host) };
}

/** Upstream accepts any certificate, and asks for the name that a Host header says. */
function tlsOf(urls: readonly string[], host = ""): PlanDocument["tls"] {
  if (!urls.some((url) => /^https:/i.test(url))) return {};
  const sni = withoutBrackets(host.replace(/:\d+$/, ""));
  return { insecure: true, ...(sni === "" ? {} : { sni }) };
}

function methodOf(request: RequestOptions | undefined): { method: string } {
  const method = request?.requestMethod ?? RequestMethod.GET;
  if (method === RequestMethod.METHOD_UNSPECIFIED) return { method: "GET" };
  const name = RequestMethod[method] as string | undefined;
  if (name === undefined || method === RequestMethod.CONNECT) {
    refuseOption("request_options.request_method", `${name ?? method} is not carried out`);
  }
  return { method: name };
}

function bodyOf(request: RequestOptions | undefined): { bodySize?: number } {
  const bodySize = request?.requestBodySize ?? 0;
  demandRange("request_options.request_body_size", bodySize, 0, MOST_BODY_BYTES);
  return bodySize === 0 ? {} : { bodySize };
}

/** Names are in lower case, and the last of a name counts. */
function headersOf(request: RequestOptions | undefined): Headers {
  const headers: Record<string, string> = {};
  for (const { header } of request?.requestHeaders ?? []) {
    const { key = "", value = "", rawValue } = header ?? {};
    const text = value === "" && rawValue?.length ? latin1(rawValue) : value;
    headers[nameOf(key)] = escapeBraces(text.trim());
  }
  return headers;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function nameOf(key: string): string {
  const name = key.trim().toLowerCase();
  const where = "request_options.request_headers";
  if (name === ":authority") return "host";
  if (name.startsWith(":")) refuseOption(where, `of the pseudo-headers, :authority alone is read`);
  if (FRAMING_HEADER.test(name)) {
    refuseOption(where, `"${name}" is set by Nightjar, since it frames the request`);
  }
  return name;
}

/** No host begins with a dash, and none ends with a colon. */
const AUTHORITY = /^https?:\/\/(\[[^\]/]+\]|[^-/:[\]][^/:]*)(:\d+)?([/?#]|$)/i;

/** The scheme may be left out: http. */
function urlOf(uri: string): string {
  const text = uri.includes("://") ? uri : `http://${uri}`;
  const isFit = AUTHORITY.test(text) && URL.canParse(text);
  if (uri === "") refuseOption("uri", "a URI or a multi_target must be specified");
  if (!isFit) refuseOption("uri", `Invalid target URI: '${uri}'`, "http://host:port/path");
  return escapeBraces(text);
}

function urlsOf({ useHttps, endpoints, path = "" }: MultiTarget): string[] {
  if (endpoints.length === 0) refuseOption("multi_target.endpoints", "name at least one");
  if (!path.startsWith("/")) refuseOption("multi_target.path", "a path begins with /");
  return endpoints.map(({ address = "", port = 0 }, index) => {
    const where = `multi_target.endpoints[${index}]`;
    demandRange(`${where}.port`, port, 1, 65_535);
    const bare = address.replace(/^\[(.*)\]$/, "$1");
    const url = `${useHttps ? "https" : "http"}://${withBrackets(bare)}:${port}${path}`;
    if (!/^[\w.:%-]+$/.test(bare) || !URL.canParse(url)) {
      refuseOption(`${where}.address`, `no address and no name: ${JSON.stringify(address)}`);
    }
    return escapeBraces(url);
  });
}
