/** How connections are made and kept, and what an answer must be: parts of a plan. */
import { z } from "zod";
import { HEADER_NAME, LIMIT } from "./plan-limits.ts";
import { headersSchema } from "./target-schema.ts";

export const connectionSchema = z.strictObject({
  keepAlive: z
    .boolean()
    .default(true)
    .describe("false: each exchange opens a connection of its own, and closes it"),
  maxRequests: z
    .int()
    .min(1)
    .max(LIMIT.requests)
    .optional()
    .describe("a connection is closed after so many exchanges"),
  reuse: z
    .enum(["lru", "mru"])
    .default("lru")
    .describe("which idle connection is next: the least or the most recently used"),
  prefetch: z
    .boolean()
    .default(false)
    .describe("true: all connections are opened at the start, not when they are needed"),
  addressFamily: z
    .enum(["any", "ipv4", "ipv6"])
    .default("any")
    .describe("which of a name's addresses are used"),
  resolve: z
    .array(z.string().max(300))
    .max(LIMIT.resolved)
    .default([])
    .describe("HOST:PORT:ADDRESS[,ADDRESS…]: the addresses of a name, instead of looking it up"),
  unix: z.string().min(1).max(107).optional().describe("path of a Unix socket to connect to"),
  proxy: z.string().min(1).optional().describe("http:// URL of a forward proxy"),
  proxyHeaders: headersSchema.default({}).describe("sent to the proxy alone"),
});

export const TLS_VERSIONS = ["1.2", "1.3"] as const;

/** A host name or an address, without port. */
const SERVER_NAME = /^([\w-]+(\.[\w-]+)*\.?|[\da-fA-F:.]*:[\da-fA-F:.]*)$/;

export const tlsSchema = z.strictObject({
  insecure: z.boolean().default(false).describe("accept any certificate"),
  caCert: z.string().optional().describe("PEM file of authorities to trust, or its text"),
  sni: z
    .string()
    .min(1)
    .max(253)
    .regex(SERVER_NAME, "not a server name: letters, digits, dots and dashes")
    .optional()
    .describe("server name to send and to verify"),
  min: z.enum(TLS_VERSIONS).default("1.2").describe("lowest version of TLS"),
  cert: z.string().optional().describe("PEM file of the client's certificate chain"),
  key: z.string().optional().describe("PEM file of the client's private key"),
  resumption: z
    .boolean()
    .default(true)
    .describe("a new connection may resume the session of one before it"),
});

const checkText = z.string().min(1).max(4096);

/** One of YAML is a number. */
const statusesText = z
  .string()
  .max(200)
  .regex(
    /^[1-5]\d\d(-[1-5]\d\d)?(,[1-5]\d\d(-[1-5]\d\d)?)*$/,
    "write 200, 200-299 or 200,404, of codes from 100 to 599",
  );

export const checksSchema = z.strictObject({
  status: z
    .union([statusesText, z.int().min(100).max(599).transform(String)])
    .prefault("100-399")
    .describe("statuses that count as ok"),
  headers: z
    .array(checkText)
    .max(LIMIT.checks)
    .default([])
    .describe("NAME (is there), NAME: VALUE (is just that) or NAME: ~REGEX (matches)"),
  body: z
    .array(checkText)
    .max(LIMIT.checks)
    .default([])
    .describe("contains:TEXT, regex:REGEX, size:N, size:>=N or size:<=N"),
});

/** `x-envoy-upstream-service-time:ms`, `server-timing/total`. */
export const RECORD_HEADER_PATTERN =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)?(:(ns|us|ms|s))?$/;

export const recordHeadersSchema = z
  .array(
    z
      .string()
      .max(200)
      .regex(
        RECORD_HEADER_PATTERN,
        "write NAME, NAME:UNIT with ns, us, ms or s, or server-timing/METRIC",
      ),
  )
  .max(LIMIT.recordHeaders)
  .default([])
  .describe("numbers in headers of the answers, each recorded in a histogram");

export const numberHeaderSchema = z.string().regex(HEADER_NAME, "not a header name").optional();
