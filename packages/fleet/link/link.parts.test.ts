import { afterAll, beforeAll } from "bun:test";
import { busLinkPair } from "@nightjar/testkit/bus-link-pair.ts";
import { linkConformance } from "@nightjar/testkit/link-conformance.ts";
import { type NatsServer, startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { connectNats } from "../nats/connect.ts";

let server: NatsServer;
let runs = 0;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server?.stop());

linkConformance("NATS", async () => {
  const connect = () => connectNats({ servers: server.url, name: "link" });
  return busLinkPair(`run${++runs}`, await connect(), await connect());
});
