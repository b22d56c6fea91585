/** Why an exchange failed, by the error that Go's network library gives. */
import type { FailureKind } from "@nightjar/core/record/tally.ts";

/** The first that fits. */
const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/connection refused/, "connect-refused"],
  [/too many open files/, "no-descriptors"],
  [/cannot assign requested address/, "no-ports"],
  [/DialWithDialer timed out|TLS handshake timeout/, "connect-timeout"],
  [/\bdial \w+.*(i\/o timeout|deadline exceeded)/, "connect-timeout"],
  [/x509: |tls: |certificate/, "tls"],
  [/i\/o timeout|deadline exceeded|Client\.Timeout|Timeout error/, "timeout"],
  [/\bdial \w+|no such host|lookup /, "connect-failed"],
  [/connection reset|broken pipe/, "reset"],
  [/unexpected EOF/, "closed-mid-answer"],
  [/EOF|server closed idle connection/, "closed-before-answer"],
];

export function goFailureKind(error: string): FailureKind {
  return KINDS.find(([pattern]) => pattern.test(error))?.[1] ?? "protocol";
}
