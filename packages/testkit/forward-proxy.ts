/**
 * A forward proxy on loopback for tests: it opens tunnels for CONNECT, passes on requests in
 * absolute form, and keeps what it was asked. A test may answer CONNECT otherwise.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface ForwardProxy {
  readonly port: number;
  readonly url: string;
  /** Heads as they came, CONNECT too, in the order of arrival. */
  readonly heads: readonly string[];
  /** Connections so far, and those that are not over. */
  readonly accepted: number;
  readonly open: number;
  stop(): void;
}

export interface ForwardProxyOptions {
  /** Instead of opening the tunnel. */
  onConnect?(socket: Socket): void;
  /** How long it takes to answer CONNECT. */
  connectDelayMs?: number;
}

const OPENED = "HTTP/1.1 200 Connection established\r\n\r\n";
const HOST_PORT = /^\[?([^\]]*)\]?:(\d+)$/;

/** Resolves when it listens. */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    new Client(socket, heads, options);
  });
  const port = await listening(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    heads,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

/** One connection of a client: heads and bodies in turn, or the ends of a tunnel. */
class Client {
  private bytes = Buffer.alloc(0);
  private bodyLeft = 0;
  private upstream: Socket | undefined;
  private upstreamName = "";
  private isTunnel = false;

  constructor(
    private readonly socket: Socket,
    private readonly heads: string[],
    private readonly options: ForwardProxyOptions,
  ) {
    socket.on("data", (chunk: Buffer) => this.take(chunk));
    socket.on("close", () => this.upstream?.destroy());
  }

  private take(chunk: Buffer): void {
    if (this.isTunnel) {
      this.upstream?.write(chunk);
      return;
    }
    this.bytes = Buffer.concat([this.bytes, chunk]);
    while (this.takeBody() || this.takeHead());
  }

  private takeBody(): boolean {
    const length = Math.min(this.bodyLeft, this.bytes.length);
    if (length === 0) return false;
    this.upstream?.write(this.bytes.subarray(0, length));
    this.bytes = this.bytes.subarray(length);
    this.bodyLeft -= length;
    return true;
  }

  private takeHead(): boolean {
    const end = this.bytes.indexOf("\r\n\r\n");
    if (this.bodyLeft > 0 || end < 0) return false;
    const head = this.bytes.toString("latin1", 0, end + 2);
    this.bytes = this.bytes.subarray(end + 4);
    this.heads.push(head);
    if (head.startsWith("CONNECT ")) this.openTunnel(head);
    else this.passOn(head);
    return !this.isTunnel;
  }

  private openTunnel(head: string): void {
    this.isTunnel = true;
    const { onConnect, connectDelayMs = 0 } = this.options;
    if (onConnect) return onConnect(this.socket);
    const opened = () => void setTimeout(() => this.socket.write(OPENED), connectDelayMs);
    this.reach(head.split(" ")[1], opened);
  }

  /** In origin form, without what was for the proxy. */
  private passOn(head: string): void {
    const [line, ...fields] = head.trimEnd().split("\r\n");
    const [method, target, version] = line.split(" ");
    const url = new URL(target);
    const name = `${url.hostname}:${url.port || 80}`;
    if (name !== this.upstreamName) this.reach(name, () => {});
    this.bodyLeft = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    const kept = fields.filter((field) => !/^proxy-/i.test(field));
    const first = `${method} ${url.pathname}${url.search} ${version}`;
    this.upstream?.write(`${[first, ...kept].join("\r\n")}\r\n\r\n`);
  }

  private reach(name: string, onOpen: () => void): void {
    this.upstream?.removeAllListeners("close").destroy();
    const [, host, port] = HOST_PORT.exec(name) ?? [];
    const upstream = connect(Number(port), host, onOpen);
    upstream.on("error", () => {});
    upstream.on("data", (chunk) => this.socket.write(chunk));
    upstream.on("close", () => this.socket.end());
    this.upstream = upstream;
    this.upstreamName = name;
  }
}
