import { expect, test } from "bun:test";
import fc from "fast-check";
import { ipFamilyOf, withBrackets, withoutBrackets } from "./ip-address.ts";

test.each([
  ["127.0.0.1", "ipv4"],
  ["255.255.255.255", "ipv4"],
  ["256.0.0.1", undefined],
  ["127.1", undefined],
  ["0127.0.0.1", undefined],
  ["1.2.3.4.5", undefined],
  ["::", "ipv6"],
  ["::1", "ipv6"],
  ["FE80::a", "ipv6"],
  ["::ffff:10.0.0.1", "ipv6"],
  ["1:2:3:4:5:6:7:8", "ipv6"],
  ["1:2:3:4:5:6:7:8:9", undefined],
  ["::1::2", undefined],
  ["fe80::1%eth0", undefined],
  ["[::1]", undefined],
  ["localhost", undefined],
  ["cafe", undefined],
  ["", undefined],
])("%s: %p", (text, family) => {
  expect(ipFamilyOf(text)).toBe(family as never);
});

test("every address of four octets, and every one of eight groups, is known", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => ipFamilyOf(text) === "ipv4"));
  fc.assert(fc.property(fc.ipV6(), (text) => ipFamilyOf(text) === "ipv6"));
});

test("brackets come and go around IPv6 alone", () => {
  expect(["::1", "10.0.0.1", "a.example"].map(withBrackets)).toEqual([
    "[::1]",
    "10.0.0.1",
    "a.example",
  ]);
  expect(["[::1]", "10.0.0.1", "a.example"].map(withoutBrackets)).toEqual([
    "::1",
    "10.0.0.1",
    "a.example",
  ]);
});
