/** For tests: a server on loopback that does with each request what the test says. */
import type { Socket, TLSOptions } from "bun";

export interface Visit {
  readonly socket: Socket<Visitor>;
  /** Connections and requests are counted from 0; requests within their connection. */
  readonly connection: number;
  readonly request: number;
  readonly head: string;
}

interface Visitor {
  readonly connection: number;
  requests: number;
  head: string;
}

export interface ScriptedServer {
  readonly port: number;
  readonly url: string;
  /** Connections so far, and those that are not over. */
  readonly accepted: number;
  readonly open: number;
  /** The number header of each request, in the order of arrival; −1 without one. */
  readonly numbers: readonly number[];
  stop(): void;
}

export interface ScriptOptions {
  readonly tls?: TLSOptions;
  onOpen?(socket: Socket<Visitor>, connection: number): void;
  /** Sees all bytes instead of heads. */
  onBytes?(socket: Socket<Visitor>, bytes: Uint8Array): void;
}

const NUMBER_HEADER = "x-nightjar-number";
export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** `onRequest` is called for each head; requests have no bodies, unless `onBytes` reads them. */
export function scripted(
  onRequest: (visit: Visit) => void,
  { tls, onOpen, onBytes }: ScriptOptions = {},
): ScriptedServer {
  const numbers: number[] = [];
  let accepted = 0;
  let open = 0;
  const visit = (socket: Socket<Visitor>, head: string) => {
    const number = new RegExp(`^${NUMBER_HEADER}: *(\\d+)\\r$`, "im").exec(head)?.[1];
    numbers.push(Number(number ?? -1));
    const { connection, requests } = socket.data;
    socket.data.requests++;
    onRequest({ socket, connection, request: requests, head });
  };
  const listener = Bun.listen<Visitor>({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls ? { tls } : {}),
    socket: {
      open(socket) {
        socket.data = { connection: accepted++, requests: 0, head: "" };
        open++;
        onOpen?.(socket, socket.data.connection);
      },
      data(socket, chunk) {
        if (onBytes) return onBytes(socket, chunk);
        const { data } = socket;
        data.head += chunk.toString("latin1");
        for (let at = data.head.indexOf("\r\n\r\n"); at >= 0; at = data.head.indexOf("\r\n\r\n")) {
          const head = data.head.slice(0, at + 2);
          data.head = data.head.slice(at + 4);
          visit(socket, head);
        }
      },
      close() {
        open--;
      },
    },
  });
  return {
    port: listener.port,
    url: `${tls ? "https" : "http"}://127.0.0.1:${listener.port}/`,
    get accepted() {
      return accepted;
    },
    get open() {
      return open;
    },
    numbers,
    stop: () => listener.stop(true),
  };
}
