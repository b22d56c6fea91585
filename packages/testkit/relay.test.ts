import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Relay, type RelayOptions, startRelay } from "./relay.ts";

let server: Server;
let relay: Relay | undefined;
let served: Socket[];
let onServe: (socket: Socket) => void;

function echo(socket: Socket): void {
  socket.pipe(socket);
}

beforeEach(async () => {
  served = [];
  onServe = echo;
  server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    served.push(socket);
    socket.on("error", () => {});
    onServe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await relay?.stop();
  for (const socket of served) socket.destroy();
  server.close();
});

function target(): RelayOptions["target"] {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { hostname: "127.0.0.1", port: address.port };
}

async function start(options: Partial<RelayOptions> = {}): Promise<Relay> {
  relay = await startRelay({ target: target(), ...options });
  return relay;
}

class Client {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  /** "end" by FIN, or the code of the error. */
  readonly over: Promise<string>;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    let verdict = "end";
    this.socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    this.socket.on("error", (error: NodeJS.ErrnoException) => {
      verdict = error.code ?? "error";
    });
    this.socket.on("end", () => this.socket.end());
    this.over = new Promise((resolve) => this.socket.on("close", () => resolve(verdict)));
  }

  async untilBytes(bytes: number): Promise<string> {
    while (this.received.length < bytes) {
      if (this.socket.closed) throw new Error(`closed after ${this.received.length} bytes`);
      await Bun.sleep(1);
    }
    return this.received.toString();
  }
}

function noise(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let k = 0; k < bytes; k++) buffer[k] = Math.imul(k, 2654435761) >>> 24;
  return buffer;
}

describe("a relay", () => {
  test("passes many megabytes both ways unchanged, and the end after them", async () => {
    const client = new Client((await start({ delayToTargetMs: 3, delayToClientMs: 2 })).port);
    const sent = noise(12_000_000);
    client.socket.end(sent);
    expect(await client.over).toBe("end");
    expect(client.received.equals(sent)).toBe(true);
    expect(relay?.connections).toBe(0);
  });

  test("waits for a slow reader instead of forgetting", async () => {
    const client = new Client((await start()).port);
    client.socket.pause();
    const sent = noise(20_000_000);
    client.socket.end(sent);
    await Bun.sleep(100);
    client.socket.resume();
    await client.over;
    expect(client.received.equals(sent)).toBe(true);
  });

  test("delays each way", async () => {
    const client = new Client((await start({ delayToTargetMs: 30, delayToClientMs: 50 })).port);
    const from = performance.now();
    client.socket.write("a");
    await client.untilBytes(1);
    expect(performance.now() - from).toBeGreaterThanOrEqual(80);
  });

  test("keeps the order when the delay shrinks", async () => {
    const running = await start({ delayToTargetMs: 60 });
    const client = new Client(running.port);
    client.socket.write("first ");
    await Bun.sleep(20);
    running.setDelay({ toTargetMs: 0 });
    client.socket.write("second");
    expect(await client.untilBytes(12)).toBe("first second");
  });

  test("is no faster than its rate", async () => {
    const running = await start();
    running.slow(100_000);
    const client = new Client(running.port);
    const from = performance.now();
    client.socket.write(noise(10_000));
    await client.untilBytes(10_000);
    expect(performance.now() - from).toBeGreaterThanOrEqual(90);
    running.slow(Number.POSITIVE_INFINITY);
    client.socket.end(noise(1_000_000));
    await client.over;
    expect(client.received.length).toBe(1_010_000);
  });

  test("passes a half-closed connection", async () => {
    onServe = (socket) => {
      socket.on("data", () => {});
      socket.on("end", () => setTimeout(() => socket.end("goodbye"), 30));
    };
    const client = new Client((await start()).port);
    client.socket.end("hello");
    expect(await client.over).toBe("end");
    expect(client.received.toString()).toBe("goodbye");
  });

  test("passes a torn connection, either way", async () => {
    const running = await start();
    const client = new Client(running.port);
    client.socket.write("a");
    await client.untilBytes(1);
    served[0].resetAndDestroy();
    expect(await client.over).toBe("ECONNRESET");
    const other = new Client(running.port);
    other.socket.write("a");
    await other.untilBytes(1);
    const torn = new Promise<string | undefined>((resolve) =>
      served[1].on("error", (error: NodeJS.ErrnoException) => resolve(error.code)),
    );
    other.socket.resetAndDestroy();
    expect(await torn).toBe("ECONNRESET");
    expect(running.connections).toBe(0);
  });

  test("tears the client of a target that is not there", async () => {
    const nowhere = target();
    await new Promise((resolve) => server.close(resolve));
    relay = await startRelay({ target: nowhere });
    expect(await new Client(relay.port).over).toBe("ECONNRESET");
  });
});

describe("a cut", () => {
  test("tears what exists and refuses what is new, until healed", async () => {
    const running = await start();
    const client = new Client(running.port);
    client.socket.write("a");
    await client.untilBytes(1);
    running.cut();
    expect(await client.over).toBe("ECONNRESET");
    expect(await new Client(running.port).over).toBe("ECONNREFUSED");
    running.heal();
    const healed = new Client(running.port);
    healed.socket.end("b");
    await healed.over;
    expect(healed.received.toString()).toBe("b");
  });

  test("may be silent: nobody is told, and nothing is lost when it heals", async () => {
    const running = await start();
    const client = new Client(running.port);
    client.socket.write("a");
    await client.untilBytes(1);
    running.cut({ existing: "silence", fresh: "blackhole" });
    client.socket.write("b");
    const fresh = new Client(running.port);
    fresh.socket.end("c");
    await Bun.sleep(60);
    expect([client.received.toString(), fresh.received.toString(), served.length]).toEqual([
      "a",
      "",
      1,
    ]);
    expect(fresh.socket.readyState).toBe("readOnly");
    running.heal();
    expect(await client.untilBytes(2)).toBe("ab");
    await fresh.over;
    expect(fresh.received.toString()).toBe("c");
  });

  test("may tear what exists and swallow what is new", async () => {
    const running = await start();
    const client = new Client(running.port);
    client.socket.write("a");
    await client.untilBytes(1);
    running.cut({ fresh: "blackhole" });
    expect(await client.over).toBe("ECONNRESET");
    const fresh = new Client(running.port);
    fresh.socket.write("b");
    await Bun.sleep(30);
    expect(served.length).toBe(1);
    running.reset();
    expect(await fresh.over).toBe("ECONNRESET");
  });
});

test("reset tears all connections at once, and new ones are welcome", async () => {
  const running = await start();
  const clients = [new Client(running.port), new Client(running.port)];
  for (const client of clients) {
    client.socket.write("a");
    await client.untilBytes(1);
  }
  expect(running.connections).toBe(2);
  running.reset();
  expect(await Promise.all(clients.map(({ over }) => over))).toEqual(["ECONNRESET", "ECONNRESET"]);
  const next = new Client(running.port);
  next.socket.end("b");
  expect(await next.over).toBe("end");
});
