/**
 * What a request may tell Nighthawk's test server about its answer, in its header
 * `x-nighthawk-test-server-config`: one map in relaxed JSON. Errors are those of its filters, of
 * which the first two read single fields and the third judges the whole.
 */
import { HEADER_NAME, HEADER_VALUE } from "@nightjar/core/plan/plan-limits.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { parseRelaxedJson, type Relaxed, RelaxedJsonError } from "./relaxed-json.ts";

export const CONFIG_HEADER = "x-nighthawk-test-server-config";
export const CONFIG_BODY_BYTES_MAX = 4_194_304;
const DELAY_NS_MAX = 3_600e9;

export interface ConfigHeader {
  readonly name: string;
  readonly value: string;
  /** False: it takes the place of those of its name. */
  readonly append: boolean;
}

/** In the order of its own options; times in ns. */
export interface NighthawkConfig {
  readonly bodyBytes: number;
  readonly headers: readonly ConfigHeader[];
  readonly echo: boolean;
  readonly delayNs: number;
  /** More for each request that is being answered, this one among them. */
  readonly delayPerRequestNs: number;
  /** The header for the time since the request before; empty: none. */
  readonly deltaHeader: string;
}

/** What a request asks for, or why that cannot be understood. */
export type Asked = { readonly config: NighthawkConfig } | { readonly problem: string };

/** The message is what the server answers with, status 500. */
export class NighthawkConfigError extends Error {}

export const SEVERAL_CONFIGS =
  "time-tracking didn't understand the request: " +
  "Received multiple configuration headers in the request, expected only one.";

/** The first filter that reads it. */
function unreadable(what: string): never {
  throw new NighthawkConfigError(
    `time-tracking didn't understand the request: Error extracting json config: ${what}`,
  );
}

/** The filter that judges ranges and all of it. */
function unfit(what: string): never {
  throw new NighthawkConfigError(
    `test-server didn't understand the request: Error merging json config: ${what}`,
  );
}

/** Also in camel case, as protobuf reads them. */
const FIELDS = [
  "response_headers",
  "v3_response_headers",
  "response_body_size",
  "echo_request_headers",
  "static_delay",
  "concurrency_based_linear_delay",
  "emit_previous_request_delta_in_response_header",
];

/** Throws NighthawkConfigError. */
export function parseNighthawkConfig(text: string): NighthawkConfig {
  const fields = fieldsIn(parsed(text), FIELDS, "the options");
  const { static_delay, concurrency_based_linear_delay: linear } = fields;
  const [old, current] = [fields.response_headers, fields.v3_response_headers];
  if (old !== undefined && current !== undefined) {
    unfit("response_headers and v3_response_headers do not go together");
  }
  if (static_delay !== undefined && linear !== undefined) {
    unreadable("static_delay and concurrency_based_linear_delay are of one oneof");
  }
  const delay = fieldsIn(
    linear ?? {},
    ["minimal_delay", "concurrency_delay_factor"],
    "concurrency_based_linear_delay",
  );
  return {
    bodyBytes: bodyBytesOf(fields.response_body_size ?? 0),
    headers: headersOf(current ?? old ?? []),
    echo: booleanOf(fields.echo_request_headers ?? false, "echo_request_headers"),
    delayNs:
      linear === undefined
        ? durationNsOf(static_delay ?? "0s", "static_delay")
        : durationNsOf(delay.minimal_delay ?? "0s", "minimal_delay"),
    delayPerRequestNs: durationNsOf(
      delay.concurrency_delay_factor ?? "0s",
      "concurrency_delay_factor",
    ),
    deltaHeader: deltaHeaderOf(fields.emit_previous_request_delta_in_response_header ?? ""),
  };
}

function parsed(text: string): Relaxed {
  try {
    return parseRelaxedJson(text);
  } catch (error) {
    if (!(error instanceof RelaxedJsonError)) throw error;
    return unreadable(error.message);
  }
}

type Fields = Readonly<Record<string, Relaxed | undefined>>;

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** By their names in the .proto; what is null is not there. */
function fieldsIn(value: Relaxed, known: readonly string[], where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return unreadable(`${where}: a map is wanted`);
  }
  const fields: Record<string, Relaxed> = {};
  for (const [written, field] of Object.entries(value)) {
    const name = snakeCase(written);
    if (!known.includes(name)) {
      unreadable(`${where}: there is no field "${written}"${didYouMean(written, known)}`);
    }
    if (field !== null) fields[name] = field;
  }
  return fields;
}

function bodyBytesOf(value: Relaxed): number {
  const bytes = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof bytes !== "number" || !Number.isInteger(bytes) || bytes < 0) {
    return unreadable("response_body_size: a whole number is wanted");
  }
  if (bytes <= CONFIG_BODY_BYTES_MAX) return bytes;
  return unfit(
    `response_body_size: value must be less than or equal to ${CONFIG_BODY_BYTES_MAX}, ` +
      `found ${bytes}`,
  );
}

function booleanOf(value: Relaxed, where: string): boolean {
  return typeof value === "boolean" ? value : unreadable(`${where}: true or false is wanted`);
}

/** `"0.5s"`, or a map of seconds and nanos. */
function durationNsOf(value: Relaxed, where: string): number {
  const ns = typeof value === "string" ? textNs(value, where) : partsNs(value, where);
  if (ns < 0) return unfit(`${where}: value must be greater than or equal to 0s`);
  return ns <= DELAY_NS_MAX ? ns : unfit(`${where}: at most an hour`);
}

function textNs(text: string, where: string): number {
  if (!/^-?\d{1,12}(\.\d{1,9})?s$/.test(text)) {
    unreadable(`${where}: a duration like "0.5s" is wanted, found ${JSON.stringify(text)}`);
  }
  return Math.round(Number.parseFloat(text) * 1e9);
}

function partsNs(value: Relaxed, where: string): number {
  const { seconds = 0, nanos = 0 } = fieldsIn(value, ["seconds", "nanos"], where);
  const ns = Number(seconds) * 1e9 + Number(nanos);
  return Number.isFinite(ns) ? ns : unreadable(`${where}: seconds and nanos are numbers`);
}

function headersOf(value: Relaxed): ConfigHeader[] {
  if (!Array.isArray(value)) return unreadable("response headers: a list is wanted");
  return value.map((entry) => {
    const option = fieldsIn(entry, ["header", "append"], "a response header");
    const { key = "", value: text = "" } = fieldsIn(
      option.header ?? {},
      ["key", "value"],
      "header",
    );
    if (typeof key !== "string" || typeof text !== "string") {
      return unreadable("header: key and value are texts");
    }
    return {
      name: headerNameOf(key, "header"),
      value: HEADER_VALUE.test(text) ? text : unfit(`header: the value of "${key}" cannot be sent`),
      append: booleanOf(option.append ?? false, "append"),
    };
  });
}

function headerNameOf(name: string, where: string): string {
  const lower = name.toLowerCase();
  if (!HEADER_NAME.test(name)) return unfit(`${where}: "${name}" is not the name of a header`);
  if (!/^(content-length|transfer-encoding|connection)$/.test(lower)) return lower;
  return unfit(`${where}: "${name}" frames the answer, so the server sets it itself`);
}

function deltaHeaderOf(value: Relaxed): string {
  const where = "emit_previous_request_delta_in_response_header";
  if (typeof value !== "string") return unreadable(`${where}: a text is wanted`);
  return value === "" ? "" : headerNameOf(value, where);
}
