/** Options that say what an answer must be, and which numbers in it are kept. */
import type { OptionRow } from "./row.ts";

export const CHECKS_OPTIONS: readonly OptionRow[] = [
  {
    flag: "--ok-status",
    value: "LIST",
    group: "Checks",
    kind: "word",
    path: ["checks", "status"],
    help: "statuses that count as ok",
    default: "100-399",
    example: "--ok-status 200-299,404",
    proof: "flags/checks.test.ts",
  },
  {
    flag: "--expect-header",
    value: "CHECK",
    group: "Checks",
    kind: "list",
    path: ["checks", "headers"],
    help: "answers without it are errors: NAME, 'NAME: VALUE' or 'NAME: ~REGEX'; repeatable",
    example: "--expect-header 'content-type: ~json'",
    proof: "flags/checks.test.ts",
  },
  {
    flag: "--expect-body",
    value: "CHECK",
    group: "Checks",
    kind: "list",
    path: ["checks", "body"],
    help:
      "answers whose body fails it are errors: contains:TEXT, regex:REGEX, size:N, size:>=N or " +
      "size:<=N; repeatable",
    example: `--expect-body 'contains:"ok":true'`,
    proof: "flags/checks.test.ts",
  },
  {
    flag: "--record-header",
    value: "NAME[:UNIT]",
    group: "Checks",
    kind: "list",
    path: ["recordHeaders"],
    help:
      "keep the number in this header, in ns, us, ms (default) or s, and what service takes " +
      "beside it; server-timing/METRIC is a duration there; repeatable",
    example: "--record-header x-envoy-upstream-service-time",
    proof: "flags/checks.test.ts",
  },
];
