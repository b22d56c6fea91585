import { expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { type NatsAccess, readAccess, shownServers } from "./access.ts";

function refused(access: NatsAccess): NightjarError {
  try {
    readAccess(access);
  } catch (error) {
    expect(error).toBeInstanceOf(NightjarError);
    expect((error as NightjarError).code).toBe("bad-usage");
    return error as NightjarError;
  }
  throw new Error(`${JSON.stringify(access)} was not refused`);
}

const login = (servers: string, more: Partial<NatsAccess> = {}) =>
  readAccess({ servers, ...more }).authenticator?.("nonce") as unknown;

test.each<[string, string[], [string, number][]]>([
  ["bus", ["nats://bus:4222"], [["bus", 4222]]],
  ["nats://bus", ["nats://bus:4222"], [["bus", 4222]]],
  ["nats://bus:80/", ["nats://bus:80"], [["bus", 80]]],
  ["NATS://10.0.0.1:5", ["nats://10.0.0.1:5"], [["10.0.0.1", 5]]],
  ["tls://[::1]:7", ["tls://[::1]:7"], [["::1", 7]]],
  [
    "nats://a, b:9",
    ["nats://a:4222", "nats://b:9"],
    [
      ["a", 4222],
      ["b", 9],
    ],
  ],
])("%p is understood", (servers, shown, endpoints) => {
  const access = readAccess({ servers });
  expect(access.shown).toEqual(shown);
  expect(access.servers).toEqual(endpoints.map(([host, port]) => ({ host, port })));
});

test.each([
  ..."http://bus,ws://bus,nats://,nats://bus:99999,nats://bus/path,nats://bus?x=1,a b".split(","),
  "",
  "nats://a,",
  "nats://%zz@bus",
])("%p is no address, and that is said", (servers) => {
  expect(refused({ servers }).message).toContain("no address of a server");
});

test("a user and password in the address are for the server alone", () => {
  const servers = "nats://ann:p%40ss@bus:1,nats://ann:p%40ss@other";
  expect(login(servers)).toEqual({ user: "ann", pass: "p@ss" });
  expect(readAccess({ servers }).shown).toEqual(["nats://bus:1", "nats://other:4222"]);
  expect(shownServers(servers)).toBe("nats://bus:1, nats://other:4222");
});

test("a user alone is a token, as is a token", () => {
  expect(login("nats://s3cret@bus")).toEqual({ auth_token: "s3cret" });
  expect(login("nats://bus", { token: "s3cret" })).toEqual({ auth_token: "s3cret" });
  expect(login("nats://bus")).toBeUndefined();
});

test("no error shows a secret, however damaged the address is", () => {
  for (const servers of [
    "nats://ann:s3c/ret@bus",
    "ann:s3c@ret@bus:x",
    "http://s3cret@bus",
    "ann:s3c,x@bus",
  ])
    expect(refused({ servers }).message + shownServers(servers)).not.toMatch(/s3c|ret@/);
  expect(refused({ servers: "bus", credentials: "s3cret" }).message).not.toContain("s3cret");
});

test("there is one way to say who connects", () => {
  refused({ servers: "nats://ann:pass@bus", token: "token" });
  refused({ servers: "nats://ann:pass@bus,nats://bob:pass@other" });
});

test("TLS is wanted by the scheme, or by anything of it", () => {
  expect(readAccess({ servers: "nats://bus" }).tls).toBeUndefined();
  expect(readAccess({ servers: "tls://bus" }).tls).toBeDefined();
  expect(readAccess({ servers: "nats://bus", ca: "PEM" }).tls).toMatchObject({ ca: "PEM" });
  expect(refused({ servers: "tls://bus", certificate: "PEM" }).message).toContain("its key");
  expect(refused({ servers: "tls://bus", key: "PEM" }).message).toContain("belong together");
});
