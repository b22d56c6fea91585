import { expect, test } from "bun:test";
import { resolveName } from "./names.ts";

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["[::1]", "::1"],
  ["[2001:db8::7]", "2001:db8::7"],
])("the address %s is not looked up", async (host, address) => {
  expect(await resolveName(host)).toEqual({ addresses: [address], lookupNs: 0 });
});

test("a name of this host is found without asking anybody", async () => {
  const { addresses, lookupNs } = await resolveName("localhost");
  expect(addresses.some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(lookupNs).toBeGreaterThan(0);
});

test("a name that nobody has is refused, and named", () => {
  expect(resolveName("nightjar-test.invalid")).rejects.toMatchObject({
    name: "NightjarError",
    code: "unknown-host",
    message: 'the name "nightjar-test.invalid" has no address (ENOTFOUND)',
  });
});
