/** The rule alone: no address here is ever asked for anything. */
import { describe, expect, test } from "bun:test";
import type { Plan } from "@nightjar/core/plan.ts";
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
  const guard =
    (rate: number | "max", addresses: string[], yes = false) =>
    () => {
      const plan = { load: { rate }, targets: [{ url: "http://shop.example/" }] };
      guardTarget(plan as unknown as Plan, addresses, yes);
    };

  test("lets a careful rate through, and any rate at home", () => {
    expect(guard(1000, ["203.0.113.9"])).not.toThrow();
    expect(guard("max", ["127.0.0.1", "10.1.2.3", "::1"])).not.toThrow();
  });

  test("stops a fast one at a public address, among others too, unless told yes", () => {
    expect(guard(1000.5, ["203.0.113.9"])).toThrow("would be loaded at 1000.5/s");
    expect(guard("max", ["10.0.0.1", "2001:db8::1"])).toThrow("as fast as it answers");
    expect(guard("max", ["203.0.113.9"], true)).not.toThrow();
  });
});
