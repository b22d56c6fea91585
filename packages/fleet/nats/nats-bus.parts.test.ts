import { busConformance } from "@nightjar/testkit/bus-conformance.ts";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { connectNats } from "./connect.ts";

busConformance("NATS", async () => {
  const server = await startNatsServer();
  return {
    connect: () => connectNats({ servers: server.url, name: "conformance" }),
    goAway: () => server.kill(),
    comeBack: () => server.start(),
    stop: () => server.stop(),
  };
});
