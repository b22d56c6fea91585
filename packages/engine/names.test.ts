import { describe, expect, test } from "bun:test";
import { findHost, Host, systemLookUp } from "./names.ts";

const lookUp = systemLookUp("any");

test.each(["127.0.0.1", "::1", "2001:db8::7"])(
  "the address %s is not looked up",
  async (address) => {
    const host = await findHost(address, lookUp);
    expect([host.addresses, host.isName]).toEqual([[address], false]);
  },
);

test("a name of this host is found without asking anybody", async () => {
  const { addresses, isName } = await findHost("localhost", lookUp);
  expect(addresses.some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(isName).toBe(true);
});

test("of one family alone, where the plan wants it", async () => {
  expect(await systemLookUp("ipv4")("localhost")).toEqual(["127.0.0.1"]);
});

test.each([
  ["any", "no address"],
  ["ipv4", "no IPv4 address"],
  ["ipv6", "no IPv6 address"],
] as const)("a name that nobody has is refused, and named (%s)", (family, what) => {
  const finding = findHost("nightjar-test.invalid", systemLookUp(family));
  expect(finding).rejects.toMatchObject({
    name: "NightjarError",
    code: "unknown-host",
    message: `the name "nightjar-test.invalid" has ${what} (ENOTFOUND)`,
  });
});

describe("a host that could not be connected to", () => {
  function asked(answers: (readonly string[] | Error)[]) {
    let count = 0;
    const host = new Host("shop.example", ["10.0.0.1"], async () => {
      const answer = answers[Math.min(count++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    });
    return { host, count: () => count };
  }

  test("is looked up again, at most once a second", async () => {
    const { host, count } = asked([["10.0.0.1"], ["10.0.0.2"]]);
    for (const nowNs of [0, 1, 9.9e8]) {
      host.lookAgain(nowNs);
      await Bun.sleep(0);
    }
    expect([count(), host.changes, host.addresses]).toEqual([1, 0, ["10.0.0.1"]]);
    host.lookAgain(1e9);
    await Bun.sleep(0);
    expect([count(), host.changes, host.addresses]).toEqual([2, 1, ["10.0.0.2"]]);
  });

  test("is not asked for again while an answer is on its way", async () => {
    let answer: (found: string[]) => void = () => {};
    let count = 0;
    const host = new Host("shop.example", ["10.0.0.1"], () => {
      count++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    for (const nowNs of [0, 2e9, 4e9]) host.lookAgain(nowNs);
    answer(["10.0.0.2"]);
    await Bun.sleep(0);
    expect([count, host.addresses]).toEqual([1, ["10.0.0.2"]]);
  });

  test("keeps what it had where nobody answers, and the order where it is the same", async () => {
    const { host } = asked([
      new Error("no server"),
      ["10.0.0.1", "10.0.0.2"],
      ["10.0.0.2", "10.0.0.1"],
    ]);
    const seen: (readonly string[])[] = [];
    for (const nowNs of [0, 1e9, 2e9]) {
      host.lookAgain(nowNs);
      await Bun.sleep(0);
      seen.push(host.addresses);
    }
    expect(seen).toEqual([["10.0.0.1"], ["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]]);
    expect(host.changes).toBe(1);
  });
});
