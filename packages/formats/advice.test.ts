import { describe, expect, test } from "bun:test";
import { FAILURE_KINDS } from "@nightjar/core/record/tally.ts";
import { adviceOn, adviceOnRedirects } from "./advice.ts";

test("every kind of failure has advice, or a sample that says it itself", () => {
  const without = FAILURE_KINDS.filter((kind) => adviceOn(kind) === undefined);
  expect(without).toEqual(["no-descriptors", "no-ports"]);
});

describe("what was seen first tells more than the kind", () => {
  const AT = "TLS with 127.0.0.1:8443: ";
  test.each([
    ["tls", `${AT}EPROTO: error:100000f7:SSL routines:WRONG_VERSION_NUMBER`, "http://"],
    ["tls", `${AT}DEPTH_ZERO_SELF_SIGNED_CERT: self signed certificate`, "--cacert"],
    ["tls", `${AT}UNABLE_TO_VERIFY_LEAF_SIGNATURE`, "--cacert"],
    ["tls", `${AT}CERT_HAS_EXPIRED: certificate has expired`, "Renew"],
    ["tls", `${AT}ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match`, "--sni"],
    ["tls", `${AT}TLSV1_ALERT_PROTOCOL_VERSION`, "--tls-min"],
    ["tls", `${AT}TLSV1_CERTIFICATE_REQUIRED`, "--cert"],
    ["connect-failed", "/run/app.sock: there is no such socket (ENOENT)", "--unix"],
    ["protocol", "the response breaks HTTP: it is an alert of TLS", "https://"],
    ["closed-before-answer", "the connection ended before the answer", "https://"],
  ])("%s: %s", (kind, sample, word) => {
    expect(adviceOn(kind, sample)).toContain(word);
  });

  test("a sample of another kind is not looked at", () => {
    expect(adviceOn("reset", "CERT_HAS_EXPIRED")).toBe(adviceOn("reset"));
    expect(adviceOn("timeout", "ENOENT")).toBe(adviceOn("timeout"));
  });
});

test("a status and a check that need none", () => {
  expect(adviceOn("status-503", "GET /cart: status 503")).toContain("sheds load");
  expect(adviceOn("status-418")).toBeUndefined();
  expect(adviceOn("check-body", "it is 3 bytes long")).toBeUndefined();
});

test("redirects are worth a word where most answers are", () => {
  expect(adviceOnRedirects({ "301": 60 })).toContain("not followed");
  expect(adviceOnRedirects({ "200": 40, "302": 30, "308": 20 })).toContain("not followed");
  expect(adviceOnRedirects({ "200": 50, "302": 50 })).toBeUndefined();
  expect(adviceOnRedirects({ "200": 10, "304": 90 })).toBeUndefined();
  expect(adviceOnRedirects({})).toBeUndefined();
});
