/** Advice: what to do about an exchange that got no answer, or a wrong one. */
import type { FailureKind } from "@nightjar/core/record/tally.ts";

const WANTS_HTTPS = "The port may want https://";

/** Where the kind is all that is known. Absent where the sample itself says what to do. */
const OF_KIND: Readonly<Partial<Record<FailureKind, string>>> = {
  timeout:
    "Look why the target takes so long; a longer --timeout says how long, and changes nothing " +
    "else.",
  "connect-timeout":
    "A firewall that drops packets looks so, and a server that no longer accepts, or waits for " +
    "http:// where TLS was meant.",
  "connect-refused":
    "Nobody listens there: is the address right, is the target running, does it restart?",
  "connect-failed": "Look at the route and the firewall between this machine and the target.",
  proxy: "Look at the proxy's log, and whether it is a proxy at all.",
  tls:
    "Look at the certificate: its name (--sni expects another), its dates, who signed it " +
    "(--cacert).",
  reset: "The target or a proxy before it tears connections: look at its log at that time.",
  "closed-before-answer":
    "A server that closes idle connections just as they are used looks so, and one that crashes. " +
    `${WANTS_HTTPS}, where all end so.`,
  "closed-mid-answer":
    "The target or a proxy before it gives up while it answers: look at its log.",
  protocol: "Look whether the port speaks HTTP at all, and whether it wants https.",
};

/** What was seen first tells more. The first that matches counts. */
const OF_SAMPLE: readonly (readonly [FailureKind, RegExp, string])[] = [
  ["tls", /WRONG_VERSION_NUMBER/, "The port does not speak TLS: it may want http://."],
  [
    "tls",
    /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/,
    "Trust who signed it with --cacert FILE; --insecure accepts any certificate.",
  ],
  [
    "tls",
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    "Renew the certificate, or look at the clocks; --insecure accepts any certificate.",
  ],
  [
    "tls",
    /ALTNAME_INVALID/,
    "Use a name that the certificate has: in the URL, or with --sni NAME.",
  ],
  ["tls", /CERTIFICATE_REQUIRED/, "The target wants to see a certificate: --cert and --key."],
  ["tls", /PROTOCOL_VERSION/, "It speaks no version of TLS that --tls-min allows."],
  ["connect-failed", /ENOENT/, "Look at the path of --unix, and whether the target runs."],
  ["connect-failed", /EACCES/, "Look at who may write to the socket."],
  ["protocol", /alert of TLS/, `${WANTS_HTTPS}.`],
];

/** By status: what it is most often a sign of. */
const OF_STATUS: Readonly<Record<string, string>> = {
  "401": "Give the credentials that the target wants (--header 'Authorization: …').",
  "403": "The target knows us and refuses: look at its rules, and at those of proxies before it.",
  "404": "Look at the path of the URL. If 404 is what is wanted, say so with --ok-status.",
  "429": "The target limits our rate: ask for less, or lift the limit for the test.",
  "502": "A proxy got no proper answer from the service behind it: look at that service's log.",
  "503":
    "The target or a proxy before it sheds load, or knows no healthy service: look at its log.",
  "504": "A proxy waited too long for the service behind it: look at that service's latency.",
};

/** A kind may be any word of another tool: `constructor` is none of ours. */
function isKnown(kind: string): kind is FailureKind {
  return Object.hasOwn(OF_KIND, kind);
}

/** `kind` is a key of a Result's `errors`, `sample` what its `errorSamples` holds of it. */
export function adviceOn(kind: string, sample = ""): string | undefined {
  const status = /^status-(\d+)$/.exec(kind)?.[1];
  if (status !== undefined) return OF_STATUS[status];
  const seen = OF_SAMPLE.find(([of, pattern]) => of === kind && pattern.test(sample));
  return seen?.[2] ?? (isKnown(kind) ? OF_KIND[kind] : undefined);
}

/** Where most answers sent us elsewhere; 304 is no redirect. */
export function adviceOnRedirects(
  statusCodes: Readonly<Record<string, number>>,
): string | undefined {
  const codes = Object.entries(statusCodes);
  const all = codes.reduce((sum, [, n]) => sum + n, 0);
  const redirects = codes.filter(([code]) => /^30[12378]$/.test(code));
  const away = redirects.reduce((sum, [, n]) => sum + n, 0);
  if (away * 2 <= all) return undefined;
  return "Redirects are not followed, and count as ok: load the URL that they lead to.";
}
