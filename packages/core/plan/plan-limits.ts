/** The limits of a plan, each with its name, and the grammar of headers. */

export const LIMIT = {
  ratePerS: 10_000_000,
  connections: 100_000,
  requests: 1e12,
  backlog: 10_000_000,
  workers: 256,
  targets: 100,
  weight: 1000,
  stages: 100,
  burst: 1_000_000,
  headers: 100,
  headerBytes: 16_384,
  bodyBytes: 8 * 1024 * 1024,
  bodiesBytes: 32 * 1024 * 1024,
  templates: 1000,
  checks: 20,
  recordHeaders: 8,
  resolved: 100,
  backends: 1000,
  labels: 50,
  generatorAddresses: 100,
  thresholds: 100,
  stopConditions: 20,
} as const;

/** RFC 9110 token. */
export const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, space, tab and obs-text; no line breaks: a header cannot smuggle another one. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Longer than any sensible number. */
export const MAX_QUANTITY_LENGTH = 50;
