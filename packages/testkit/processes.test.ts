import { expect, test } from "bun:test";
import { cpuTicksOf, freePort, startProcess } from "./processes.ts";

/** A child that runs the given program text on Bun. */
function bun(program: string): string[] {
  return [process.execPath, "-e", program];
}

const FOREVER = "setInterval(() => {}, 1000);";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("ready by a line on stderr, and both streams are kept", async () => {
  const command = bun(`console.log("out"); console.error("now ready"); ${FOREVER}`);
  const child = await startProcess({ name: "child", command, ready: { line: /ready$/ } });
  expect(isAlive(child.pid)).toBe(true);
  await child.stop();
  expect(child.stdout()).toBe("out\n");
  expect(child.stderr()).toBe("now ready\n");
  expect(isAlive(child.pid)).toBe(false);
});

test("ready by a port, and by a URL", async () => {
  const port = freePort();
  const program = `
    Bun.serve({ port: ${port}, hostname: "127.0.0.1", fetch: () => new Response("x") });`;
  for (const ready of [{ port }, { url: `http://127.0.0.1:${port}/` }]) {
    const child = await startProcess({ name: "server", command: bun(program), ready });
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("x");
    await child.stop();
  }
});

test("a child that ends before it is ready is an error with its code and its words", async () => {
  const command = bun(`console.error("no such config"); process.exitCode = 3;`);
  const start = startProcess({ name: "child", command, ready: { line: /ready/ } });
  await expect(start).rejects.toThrow(/child ended with code 3.*no such config/s);
});

test("a child that is never ready is stopped, and the error names it and the limit", async () => {
  const command = ["sh", "-c", "echo pid $$; exec sleep 600"];
  let pid = 0;
  const onLine = (line: string) => {
    pid = Number(line.split(" ")[1]);
  };
  const start = startProcess({
    name: "mute",
    command,
    ready: { line: /ready/ },
    readyLimitMs: 3_000,
    onLine,
  });
  await expect(start).rejects.toThrow(/mute not ready in 3000 ms/);
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
});

test("a child that ignores SIGTERM gets SIGKILL", async () => {
  const command = bun(`process.on("SIGTERM", () => {}); console.log("ready"); ${FOREVER}`);
  const child = await startProcess({
    name: "deaf",
    command,
    ready: { line: /ready/ },
    stopLimitMs: 100,
  });
  await child.stop();
  expect(await child.exited).toBe(128 + 9);
});

test("stopping twice, or after the end, does nothing", async () => {
  const child = await startProcess({ name: "short", command: bun("") });
  expect(await child.exited).toBe(0);
  await child.stop();
  await child.stop();
});

test("output is bounded and the newest is kept", async () => {
  const command = bun(`process.stdout.write("x".repeat(300000) + "\\nlast\\n");`);
  const child = await startProcess({ name: "talker", command });
  await child.exited;
  await child.stop();
  expect(child.stdout().length).toBe(64 * 1024);
  expect(child.stdout().endsWith("\nlast\n")).toBe(true);
});

test("CPU time is counted while the process lives", async () => {
  const busy = bun(
    `const end = Date.now() + 100; while (Date.now() < end); console.log("ready"); ${FOREVER}`,
  );
  const child = await startProcess({ name: "busy", command: busy, ready: { line: /ready/ } });
  expect(child.cpuTicks()).toBeGreaterThan(0);
  await child.stop();
  expect(cpuTicksOf(child.pid)).toBe(0);
});
