import { expect, test } from "bun:test";
import { type NatsAccess, readAccess } from "./access.ts";
import { exposureOf } from "./exposure.ts";
import type { ServerFacts } from "./greeting.ts";

const OPEN: ServerFacts = { isTls: false, asksWho: false, wantsCertificate: false };
const READ = "is not encrypted: orders, with the secrets in them, can be read";
const ORDERS = "asks nobody who he is: whoever reaches it can give agents orders";

function said(access: NatsAccess, facts: Partial<ServerFacts> = {}): string | undefined {
  return exposureOf(readAccess(access), { ...OPEN, ...facts });
}

test("what is on this machine is exposed to nobody else", () => {
  for (const servers of ["nats://127.0.0.1", "localhost:4222", "nats://[::1]:1", "127.8.0.1"])
    expect(said({ servers })).toBeUndefined();
});

test("beyond it both are said, or what is wanting", () => {
  const servers = "nats://bus";
  const at = "warning: NATS at nats://bus:4222 ";
  expect(said({ servers })).toBe(`${at}${READ}; it ${ORDERS}`);
  expect(said({ servers, token: "secret" })).toBe(`${at}${READ}; it ${ORDERS}`);
  expect(said({ servers, token: "secret" }, { asksWho: true })).toBe(`${at}${READ}`);
  expect(said({ servers }, { isTls: true })).toBe(`${at}${ORDERS}`);
  expect(said({ servers }, { isTls: true, asksWho: true })).toBeUndefined();
  expect(said({ servers: "tls://bus" }, { wantsCertificate: true })).toBeUndefined();
  expect(said({ servers: "127.0.0.1,bus" })).toContain("NATS at nats://127.0.0.1:4222, nats://bus");
});
