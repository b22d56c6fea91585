/** A real nats-server with connections to it, for one test. */
import type { Bus } from "@nightjar/fleet/bus.ts";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats-server.ts";

export interface NatsScene {
  readonly server: NatsServer;
  readonly notices: string[];
  connect(servers?: string): Promise<Bus>;
}

export async function natsScene(
  options: NatsServerOptions,
  act: (scene: NatsScene) => Promise<void>,
) {
  const server = await startNatsServer(options);
  const open: Bus[] = [];
  const notices: string[] = [];
  const connect = async (servers = server.url) => {
    const onNotice = (sentence: string) => void notices.push(sentence);
    const bus = await connectNats({ servers, name: "test", onNotice });
    open.push(bus);
    return bus;
  };
  try {
    await act({ server, notices, connect });
  } finally {
    for (const bus of open) await bus.close();
    await server.stop();
  }
}
