/**
 * A TCP relay that reaches for its target only when the client has spoken, as a proxy does that
 * wants to know the protocol first: with a server that speaks first, both wait for ever.
 */
import type { Socket } from "bun";
import type { Endpoint } from "./relay.ts";

export interface WithholdingRelay {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): void;
}

interface Half {
  other?: Socket<Half>;
  /** What came before the other was there. */
  readonly waiting: Buffer[];
  isDialled: boolean;
}

const fresh = (other?: Socket<Half>): Half => ({ other, waiting: [], isDialled: false });

export function startWithholdingRelay(target: Endpoint): WithholdingRelay {
  const pass = {
    data: (socket: Socket<Half>, bytes: Buffer) => void socket.data.other?.write(bytes),
    close: (socket: Socket<Half>) => void socket.data.other?.end(),
  };
  const dial = async (client: Socket<Half>) => {
    client.data.isDialled = true;
    const other = await Bun.connect<Half>({ ...target, data: fresh(client), socket: pass });
    client.data.other = other;
    for (const bytes of client.data.waiting) other.write(bytes);
  };
  const listener = Bun.listen<Half>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (client) => {
        client.data = fresh();
      },
      data: (client, bytes) => {
        const { data } = client;
        if (data.other) return void data.other.write(bytes);
        data.waiting.push(bytes);
        if (!data.isDialled) dial(client).catch(() => client.terminate());
      },
      close: pass.close,
    },
  });
  return { port: listener.port, stop: () => listener.stop(true) };
}
