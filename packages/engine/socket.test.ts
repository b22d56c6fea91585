import { expect, test } from "bun:test";

const SOCKET = new URL("./socket.ts", import.meta.url).href;

/** A process whose socket owner throws at `where`, once bytes have come. */
function throwing(where: string): string {
  return `
    import { openSocket } from ${JSON.stringify(SOCKET)};
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { open: (socket) => void socket.end("hello"), data() {} },
    });
    const at = (name) => () => {
      if (name === ${JSON.stringify(where)}) throw new Error("broken in " + name);
    };
    const names = ["onTcp", "onOpen", "onData", "onDrain", "onClose", "onConnectError"];
    const owner = { session: null, ...Object.fromEntries(names.map((name) => [name, at(name)])) };
    openSocket({ address: "127.0.0.1", port: server.port, tls: undefined }, owner);
    setTimeout(() => console.log("still alive"), 5000);
  `;
}

test.each(["onTcp", "onOpen", "onData", "onClose"])(
  "what is thrown in %s is a fault of the program, which ends it",
  async (where) => {
    const child = Bun.spawn([process.execPath, "-e", throwing(where)], {
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(await child.exited).toBe(1);
    expect(await child.stdout.text()).toBe("");
    expect(await child.stderr.text()).toContain(`broken in ${where}`);
  },
);
