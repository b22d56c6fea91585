/** What services are told, by services that listen and do nothing else. */
import { afterAll, expect, test } from "bun:test";
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { realClock } from "@nightjar/core/run/clock.ts";
import { ensemble } from "@nightjar/core/run/ensemble.ts";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { runOn } from "@nightjar/testkit/runs.ts";
import type { CommandLineOptions } from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import { NighthawkService } from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import { NIGHTHAWK } from "./driver.ts";

const told: CommandLineOptions[] = [];
const servers: Http2Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function startListener(): Promise<string> {
  const routes = (router: ConnectRouter) =>
    void router.service(NighthawkService, {
      async *executionStream(requests) {
        for await (const { commandSpecificOptions: command } of requests) {
          if (command.case === "startRequest" && command.value.options) {
            told.push(command.value.options);
          }
          yield { errorDetail: { code: 13, message: "it only listens" } };
        }
      },
    });
  const server = createServer(connectNodeAdapter({ routes }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("all services of a run begin at one instant, with their parts of it", async () => {
  const addresses = await Promise.all(Array.from({ length: 4 }, startListener));
  const plan = resolvePlan({
    targets: [{ url: "http://127.0.0.1:9/" }],
    load: { rate: 200, connections: 8, arrivals: "burst:40" },
    duration: "2s",
    generator: "nighthawk",
    generatorAddresses: addresses,
  });
  const children = NIGHTHAWK.services!(plan);
  const clock = { clock: realClock(monotonicNs), lostChild: "degrade" } as const;
  const { events } = await runOn(ensemble(children, clock), plan);
  expect(told).toHaveLength(4);
  const instants = told.map(({ scheduledStart: at }) => `${at?.seconds} s ${at?.nanos} ns`);
  expect(new Set(instants).size).toBe(1);
  for (const options of told) {
    expect(options).toMatchObject({ requestsPerSecond: 50, connections: 2, burstSize: 10 });
  }
  expect(events.at(-1)).toMatchObject({ outcome: "failed" });
});
