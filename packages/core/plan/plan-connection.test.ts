/** How a plan connects: what is accepted, and what is refused with which words. */
import { describe, expect, test } from "bun:test";
import { NightjarError } from "../errors.ts";
import { redactPlan, resolvePlan } from "./plan.ts";
import type { PlanDocument } from "./plan-schema.ts";
import { parseResolveEntry, resolveIndexOf } from "./resolve-entry.ts";

type Connection = PlanDocument["connection"];

const TARGETS = [
  { url: "https://shop.example/cart" },
  { url: "http://shop.example:8080/" },
  { url: "http://[::1]:81/" },
];

function planWith(connection: Connection, more: Partial<PlanDocument> = {}) {
  return resolvePlan({ targets: TARGETS, connection, ...more });
}

function refusalOf(connection: Connection, more?: Partial<PlanDocument>): string {
  try {
    planWith(connection, more);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return `${error.message} | ${error.hint ?? ""}`;
  }
  throw new Error(`not refused: ${JSON.stringify(connection)}`);
}

describe("the addresses of a name", () => {
  test.each([
    ["shop.example:443:10.0.0.7", "shop.example", 443, ["10.0.0.7"]],
    ["Shop.Example:*:10.0.0.7,[fd00::7]", "shop.example", "*", ["10.0.0.7", "fd00::7"]],
    ["[::1]:81:127.0.0.1", "::1", 81, ["127.0.0.1"]],
    ["bücher.example:80:[::1]", "xn--bcher-kva.example", 80, ["::1"]],
  ])("%s", (text, host, port, addresses) => {
    expect(parseResolveEntry(text, "x")).toEqual({ host, port, addresses } as never);
  });

  test("are those of the entry with the port, before those for all ports", () => {
    const texts = ["a:*:10.0.0.1", "a:80:10.0.0.2", "b:80:10.0.0.3"];
    const entries = texts.map((text) => parseResolveEntry(text, "x"));
    const index = (host: string, port: number) => resolveIndexOf(entries, { host, port });
    expect([index("a", 80), index("a", 81), index("b", 80), index("b", 81)]).toEqual([1, 0, 2, -1]);
  });

  test.each([
    ["shop.example", "is no such entry", "HOST:PORT:ADDRESS"],
    ["shop.example:443", "is no such entry", "HOST:PORT:ADDRESS"],
    ["::1:443:127.0.0.1", "is no such entry", "in brackets"],
    ["shop.example::127.0.0.1", 'found ""', "HOST:PORT"],
    ["shop.example:0:127.0.0.1", "1 to 65535", "HOST:PORT"],
    ["shop.example:65536:127.0.0.1", "1 to 65535", "HOST:PORT"],
    ["shop.example:443:", "found nothing", "HOST:PORT"],
    ["shop.example:443:10.0.0.1,", "found nothing", "HOST:PORT"],
    ["shop.example:443:::1", 'found "::1"', "in brackets"],
    ["shop.example:443:[10.0.0.1]", "no brackets", "HOST:PORT"],
    ["shop.example:443:other.example", "not a name", "HOST:PORT"],
    ["shop .example:443:10.0.0.1", "not the name of a host", "HOST:PORT"],
    ["shop.exmple:443:10.0.0.1", 'did you mean "shop.example:443"?', "[::1]:81"],
    ["shop.example:80:10.0.0.1", "no target is at shop.example:80", "shop.example:8080"],
    ["other:*:10.0.0.1", "no target is at other:*", "shop.example:443"],
  ])("%s is refused", (text, message, hint) => {
    const said = refusalOf({ resolve: ["[::1]:81:127.0.0.1", text] });
    expect(said).toStartWith("connection.resolve[1]: ");
    expect(said).toContain(message);
    expect(said).toContain(hint);
  });

  test("given twice, or for all ports where each port has its own, are refused", () => {
    const own = ["shop.example:443:10.0.0.1", "shop.example:8080:10.0.0.2"];
    expect(refusalOf({ resolve: [...own, own[0]] })).toContain(
      "[2]: shop.example:443 is given twi",
    );
    expect(refusalOf({ resolve: [...own, "shop.example:*:10.0.0.3"] })).toContain("[2]: no target");
    planWith({ resolve: [own[0], "shop.example:*:10.0.0.3"] });
  });

  test("of a proxy are what is looked up where there is one", () => {
    const proxy = "http://proxy.example:3128";
    planWith({ proxy, resolve: ["proxy.example:3128:10.0.0.1"] });
    const said = refusalOf({ proxy, resolve: ["shop.example:443:10.0.0.1"] });
    expect(said).toContain("no proxy is at shop.example:443 | found: proxy.example:3128");
  });
});

test("an address of another family than the plan's is refused", () => {
  const targets = [{ url: "http://127.0.0.1/" }];
  expect(refusalOf({ addressFamily: "ipv6" }, { targets })).toStartWith(
    "connection.addressFamily: no IPv6 address for 127.0.0.1:80, only 127.0.0.1",
  );
  const resolve = ["127.0.0.1:80:10.0.0.1,10.0.0.2"];
  const both = ["127.0.0.1:80:10.0.0.1,[::1]"];
  expect(refusalOf({ addressFamily: "ipv6", resolve }, { targets })).toContain(
    "10.0.0.1, 10.0.0.2",
  );
  planWith({ addressFamily: "ipv6", resolve: both }, { targets });
  expect(refusalOf({ addressFamily: "ipv4" })).toContain("no IPv4 address for [::1]:81, only ::1");
});

describe("a proxy", () => {
  test.each([
    ["http://proxy.example:3128/", "http://proxy.example:3128"],
    ["HTTP://Proxy.Example", "http://proxy.example"],
    ["http://[::1]:3128", "http://[::1]:3128"],
  ])("%s is %s", (proxy, normal) => {
    expect(planWith({ proxy }).connection.proxy).toBe(normal);
  });

  test.each([
    ["proxy.example:3128", "did you mean http://proxy.example:3128?"],
    ["user:s3cret@proxy:3128", "write it like http://host:port"],
    ["http://user:s3cret@proxy:3128", "credentials in a URL"],
    ["https://proxy:3128", "spoken to in cleartext HTTP, found https://"],
    ["socks5://proxy:1080", "found socks5://"],
    ["http://proxy:3128/path", "a proxy has no path, found /path"],
    ["http://proxy:99999", "not an absolute URL | write it like http://host:port"],
    ["http://", "not an absolute URL"],
  ])("%s is refused", (proxy, words) => {
    const said = refusalOf({ proxy });
    expect(said).toStartWith("connection.proxy: ");
    expect(said).toContain(words);
    expect(said).not.toContain("s3cret");
  });

  test("has headers of its own, which frame nothing and are not shown", () => {
    const proxy = "http://proxy:3128";
    const secret = { "Proxy-Authorization": "Basic s3cret" };
    const plan = planWith({ proxy, proxyHeaders: secret });
    expect(plan.connection.proxyHeaders).toEqual(secret);
    expect(JSON.stringify(redactPlan(plan))).not.toContain("s3cret");
    expect(refusalOf({ proxyHeaders: secret })).toContain("there is no proxy");
    for (const name of ["Connection", "host", "content-length"]) {
      expect(refusalOf({ proxy, proxyHeaders: { [name]: "x" } })).toContain(`"${name}" is set`);
    }
    const broken = { "Proxy-Authorization": "s3cret\n" };
    expect(refusalOf({ proxy, proxyHeaders: broken })).not.toContain("s3cret");
  });
});

test.each([
  [{ unix: "/s", proxy: "http://p" }, "connection.proxy: it contradicts connection.unix"],
  [{ unix: "/s", resolve: ["shop.example:443:10.0.0.1"] }, "connection.resolve: it contradicts"],
  [{ unix: "/s", addressFamily: "ipv6" }, "connection.addressFamily: it contradicts"],
  [{ keepAlive: false, maxRequests: 5 }, "connection.maxRequests: without keep-alive"],
  [{ maxRequests: 0 }, "connection.maxRequests: at least 1"],
] satisfies [Connection, string][])("%j is refused", (connection, words) => {
  expect(refusalOf(connection)).toStartWith(words);
});

test("a certificate and its key come together", () => {
  expect(refusalOf({}, { tls: { cert: "a.pem" } })).toStartWith("tls.cert: a certificate without");
  expect(refusalOf({}, { tls: { key: "a.key" } })).toStartWith("tls.key: a private key without");
  resolvePlan({ targets: TARGETS, tls: { cert: "a.pem", key: "a.key" } });
});

describe("what only TLS can use", () => {
  const cleartext = { targets: [{ url: "http://shop.example/" }] };

  test.each([
    [{ caCert: "ca.pem" }, "tls.caCert"],
    [{ sni: "a.example" }, "tls.sni"],
    [{ min: "1.3" }, "tls.min"],
    [{ cert: "c.pem", key: "c.key" }, "tls.cert"],
    [{ resumption: false }, "tls.resumption"],
  ] satisfies [PlanDocument["tls"], string][])("%j needs an https:// target", (tls, where) => {
    expect(refusalOf({}, { ...cleartext, tls })).toStartWith(`${where}: no target is https://`);
    planWith({}, { tls });
  });

  test("defaults, and leave to accept any certificate, need none", () => {
    const tls = { insecure: true, min: "1.2", resumption: true } as const;
    expect(planWith({}, { ...cleartext, tls }).tls).toEqual(tls);
  });

  test.each(["a b", "a.example:443", "http://a", "a..b", ""])("%j is no server name", (sni) => {
    expect(refusalOf({}, { tls: { sni } })).toStartWith("tls.sni: ");
  });

  test.each(["a.example", "a_b.example.", "10.0.0.7", "fd00::7"])("%j is one", (sni) => {
    expect(planWith({}, { tls: { sni } }).tls.sni).toBe(sni);
  });
});
