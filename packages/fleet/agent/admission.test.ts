/** What an agent does not send: by where, judged on names, addresses and ports; and by how fast. */
import { describe, expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import type { PlanDocument } from "@nightjar/core/plan/plan-schema.ts";
import { type Admission, admit, admitAddresses } from "./admission.ts";
import { parseTargetPattern } from "./target-pattern.ts";

type Rest = Omit<Partial<PlanDocument>, "targets">;

function allowing(...patterns: string[]): Admission {
  return { targets: patterns.map(parseTargetPattern), maxRatePerS: null };
}

function planOf(url: string, rest: Rest = {}, headers: Record<string, string> = {}) {
  return resolvePlan({ targets: [{ url, headers }], load: { connections: 4 }, ...rest });
}

const SHARE = { from: 0, to: 4, of: 4 };

function refusalOf(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

/** Of the order alone. */
function judged(plan: ReturnType<typeof planOf>, ...patterns: string[]): string {
  return refusalOf(() => admit({ plan, share: SHARE }, allowing(...patterns)));
}

/** Once names are looked up. */
function judgedAt(
  addresses: readonly string[],
  plan: ReturnType<typeof planOf>,
  ...patterns: string[]
): string {
  return refusalOf(() => {
    admit({ plan, share: SHARE }, allowing(...patterns));
    admitAddresses(plan, addresses, allowing(...patterns));
  });
}

describe("patterns", () => {
  test.each([
    ["shop.example", "shop.example", true],
    ["shop.example", "SHOP.example.", true],
    ["shop.example", "a.shop.example", false],
    ["*.shop.example", "a.b.shop.example", true],
    ["*.shop.example", "shop.example", false],
    ["*.shop.example", "evilshop.example", false],
    ["10.0.0.7", "10.0.0.7", true],
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["0.0.0.0/0", "192.0.2.1", true],
    ["0.0.0.0/0", "::1", false],
    ["::1", "::1", true],
    ["fd00::/8", "fd12::7", true],
    ["[fd00::/8]:80", "fd12::7", true],
    ["fe80::/10", "fe80::1%eth0", true],
    ["fd00::/8", "fe80::1", false],
  ])("%s, %s: %p", (pattern, host, expected) => {
    expect(parseTargetPattern(pattern).matches(host)).toBe(expected);
  });

  test("ports", () => {
    expect(parseTargetPattern("shop.example:443").port).toBe(443);
    expect(parseTargetPattern("[::1]:8080").port).toBe(8080);
    expect(parseTargetPattern("fd00::/8").port).toBeUndefined();
  });

  test.each([
    ...[
      "",
      "a b",
      "*",
      "*.",
      "a.*.b",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.0/33",
      "10.0.0.0/",
      "::/129",
    ],
    ...[
      "shop.example:0",
      "shop.example:70000",
      "shop.example:",
      "http://shop.example",
      "[::1",
      "a/8",
    ],
  ])("refused: %p", (text) => {
    expect(refusalOf(() => parseTargetPattern(text))).toStartWith(`"${text}" is no target: `);
  });
});

describe("where to", () => {
  const SHOP = "https://shop.example/";

  test("without a list anywhere; else where the list says, by its port", () => {
    expect(judged(planOf(SHOP))).toBe("");
    expect(judged(planOf(SHOP), "shop.example")).toBe("");
    expect(judged(planOf(SHOP), "other.example", "*.example:443")).toBe("");
    expect(judged(planOf(SHOP), "shop.example:80", "*.shop.example")).toBe(
      "shop.example:443 is not among where it sends to: " +
        "shop.example:80, *.shop.example (--allow-target)",
    );
    expect(judged(planOf("http://[::1]:8080/"), "[::1]:8080")).toBe("");
    expect(judged(planOf("http://0x7f.1/"), "127.0.0.0/8")).toBe("");
  });

  test("every target counts", () => {
    const targets = [{ url: SHOP }, { url: "http://victim.example/" }];
    const plan = resolvePlan({ targets, load: { connections: 4 } });
    expect(judged(plan, "shop.example")).toContain("victim.example:80 is not among");
  });

  test("a name that is not on the list goes where its addresses are", () => {
    const plan = planOf("http://inside/");
    expect(judged(plan, "10.0.0.0/8")).toBe("");
    expect(judged(plan, "10.0.0.0/8:443")).toContain("inside:80 is not among");
    expect(judgedAt(["10.0.0.1", "10.9.9.9"], plan, "10.0.0.0/8")).toBe("");
    expect(judgedAt(["10.0.0.1", "192.0.2.1"], plan, "10.0.0.0/8")).toContain(
      "inside:80 (addresses of the plan: 192.0.2.1) is not among",
    );
    expect(judgedAt([], plan, "10.0.0.0/8")).toContain("whose addresses nobody knows here");
  });

  test("the addresses that the plan gives a name itself are what counts", () => {
    const at = (address: string) =>
      planOf(SHOP, { connection: { resolve: [`shop.example:443:${address}`] } });
    expect(judged(at("192.0.2.1"), "shop.example")).toContain("192.0.2.1:443 is not among");
    expect(judged(at("10.0.0.7"), "10.0.0.0/8")).toBe("");
    expect(judged(at("10.0.0.7,192.0.2.1"), "10.0.0.0/8")).toContain("192.0.2.1:443");
  });

  test("behind a proxy both must be on it, and what the proxy looks up by its name", () => {
    const plan = planOf(SHOP, { connection: { proxy: "http://proxy:3128" } });
    expect(judged(plan, "shop.example")).toContain("proxy:3128 is not among");
    expect(judged(plan, "proxy")).toContain("shop.example:443 is not among");
    expect(judged(plan, "proxy", "10.0.0.0/8")).toContain("shop.example:443 is not among");
    expect(judged(plan, "proxy", "shop.example")).toBe("");
  });

  test("another name in a Host header or in TLS, unless the address itself is on the list", () => {
    const host = (name: string) => planOf(SHOP, {}, { host: name });
    expect(judged(host("victim.example"), "shop.example")).toContain('"victim.example" is not');
    expect(judged(host("shop.example"), "shop.example")).toBe("");
    expect(judged(host("a.example"), "shop.example", "*.example")).toBe("");
    expect(judged(host("{{seq}}.example"), "shop.example", "*.example")).toContain("{{seq}}");
    expect(judged(planOf("http://10.0.0.7/", {}, { Host: "any.example" }), "10.0.0.0/8")).toBe("");
    expect(judged(planOf(SHOP, { tls: { sni: "victim.example" } }), "shop.example")).toContain(
      '"victim.example" is not',
    );
  });

  test("a Unix socket is on no list", () => {
    const plan = planOf(SHOP, { connection: { unix: "/run/docker.sock" } });
    expect(judged(plan, "shop.example")).toContain("/run/docker.sock is not among");
  });

  test("services that the generator drives", () => {
    const rest: Rest = { generator: "nighthawk", generatorAddresses: ["driver:8443"] };
    expect(judged(planOf("http://shop.example/", rest), "shop.example")).toContain("driver:8443");
  });
});

describe("how fast", () => {
  const at = (rate: number | "max", share = SHARE) =>
    refusalOf(() =>
      admit(
        { plan: planOf("http://a/", { load: { rate, connections: 4 } }), share },
        { targets: [], maxRatePerS: 500 },
      ),
    );

  test("its share of the plan's rate", () => {
    expect(at(500)).toBe("");
    expect(at(2000, { from: 1, to: 2, of: 4 })).toBe("");
    expect(at(2000, { from: 1, to: 3, of: 4 })).toBe(
      "it sends at most 500/s (--max-rate), and its share is 1000/s: 2 of the 4 connections",
    );
    expect(at("max")).toContain("the plan wants as much as there is");
  });
});
