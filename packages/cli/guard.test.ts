/** The rule alone: no address here is ever asked for anything. */
import { describe, expect, test } from "bun:test";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { guardTarget, isLoopbackOrPrivate } from "./guard.ts";

describe("loopback, private and link-local addresses", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.255.255.255", true],
    ["128.0.0.1", false],
    ["10.0.0.0", true],
    ["11.0.0.0", false],
    ["172.15.255.255", false],
    ["172.16.0.1", true],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["192.168.1.1", true],
    ["192.169.1.1", false],
    ["169.254.1.1", true],
    ["8.8.8.8", false],
    ["255.255.255.255", false],
    ["0.0.0.0", true],
    ["::", true],
    ["::1", true],
    ["::2", false],
    ["fc00::1", true],
    ["fdff::1", true],
    ["fe80::1", true],
    ["fe80::1%eth0", true],
    ["febf::1", true],
    ["fec0::1", false],
    ["2001:db8::1", false],
    ["::ffff:10.0.0.1", true],
    ["::ffff:8.8.8.8", false],
    ["::FFFF:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["::ffff:808:808", false],
  ])("%s: %p", (address, isOurs) => {
    expect(isLoopbackOrPrivate(address)).toBe(isOurs);
  });
});

describe("the guard", () => {
  interface Guarded {
    yes?: boolean;
    proxy?: string;
    urls?: readonly string[];
  }

  const guard = (rate: number | "max", addresses: string[], more: Guarded = {}) => {
    const { yes = false, proxy, urls = ["http://shop.example/"] } = more;
    const targets = urls.map((url) => ({ url }));
    const plan = { load: { rate }, targets, connection: { proxy } };
    return () => guardTarget(plan as unknown as Plan, addresses, yes);
  };

  test("lets a careful rate through, and any rate at home", () => {
    expect(guard(1000, ["203.0.113.9"])).not.toThrow();
    expect(guard("max", ["127.0.0.1", "10.1.2.3", "::1"])).not.toThrow();
    expect(guard("max", [])).not.toThrow();
  });

  test("stops a fast one at a public address, among others too, unless told yes", () => {
    expect(guard(1000.5, ["203.0.113.9"])).toThrow(
      "http://shop.example/ is at 203.0.113.9, which is neither loopback nor private, " +
        "and would be loaded at 1000.5/s",
    );
    expect(guard("max", ["10.0.0.1", "2001:db8::1"])).toThrow("as fast as it answers");
    const urls = ["http://a.example/", "http://b.example/"];
    expect(guard("max", ["10.0.0.1", "203.0.113.9"], { urls })).toThrow(
      "a target of the plan is at 203.0.113.9",
    );
    expect(guard("max", ["203.0.113.9"], { yes: true })).not.toThrow();
  });

  test("looks at the proxy, and at what is surely ours behind it", () => {
    const proxy = "http://proxy.example:3128";
    const ours = ["http://127.0.0.1:80/", "https://[fd00::7]/", "http://localhost/"];
    expect(guard("max", ["203.0.113.9"], { proxy, urls: ours })).toThrow(
      "http://proxy.example:3128 is at 203.0.113.9",
    );
    expect(guard("max", ["10.0.0.1"], { proxy, urls: ours })).not.toThrow();
    for (const url of ["http://shop.example/", "http://203.0.113.9/", "https://localhost.a/"]) {
      const urls = [...ours, url];
      expect(guard(1000, ["10.0.0.1"], { proxy, urls })).not.toThrow();
      expect(guard("max", ["10.0.0.1"], { proxy, urls })).toThrow(`${url} is behind a proxy`);
      expect(guard("max", ["10.0.0.1"], { proxy, urls, yes: true })).not.toThrow();
    }
  });
});
