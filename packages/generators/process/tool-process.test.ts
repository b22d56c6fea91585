/** Other programs under our hands: what they leave, and what is left of them. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "@nightjar/testkit/conformance.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { ToolProcess } from "./tool-process.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATIENCE_MS = 40_000;

/** A shell that starts another, which writes its id and goes on for ever. */
const FAMILY = "sh -c 'echo $$ > grandchild; exec sleep 600' & echo \"started $$\"; wait";

async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 10) {
    if (waitedMs > PATIENCE_MS) throw new Error("it did not come to it");
    await Bun.sleep(10);
  }
}

async function grandchildIn(place: string): Promise<number> {
  const file = join(place, "grandchild");
  await until(() => existsSync(file) && Bun.file(file).size > 1);
  return Number(await Bun.file(file).text());
}

const shell = (script: string) => ["/bin/sh", "-c", script];

describe("what it was and said", () => {
  test("its exit, its words and its CPU", async () => {
    const script =
      "echo out; echo err >&2; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3";
    const tool = new ToolProcess(shell(script), {});
    const { code, signal, cpuNs } = await tool.exited;
    expect([code, signal]).toEqual([3, null]);
    expect([tool.stdout.text, tool.stderr.text]).toEqual(["out\n", "err\n"]);
    expect(cpuNs).toBeGreaterThan(0);
  });

  test("a program that is not there", async () => {
    const { code } = await new ToolProcess([join(folder, "none")], {}).exited;
    expect(code).toBe(127);
  });

  test("of much that it says the end is kept", async () => {
    const script = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done";
    const tool = new ToolProcess(shell(script), {});
    await tool.exited;
    expect(tool.stdout.text.length).toBeLessThan(70_000);
    expect(tool.stdout.text.startsWith("…")).toBe(true);
    expect(tool.stdout.text.endsWith("line 19999\n")).toBe(true);
  });

  test("it reads nothing of ours, and each line of stderr is told", async () => {
    const lines: string[] = [];
    const tool = new ToolProcess(shell("cat; echo a >&2; echo b >&2; printf c >&2"), {});
    tool.onErrorLine = (line) => lines.push(line);
    await tool.exited;
    expect(lines).toEqual(["a", "b", "c"]);
  });
});

describe("what is left of it", () => {
  test("killed, with all that it has started", async () => {
    const place = makePrivateFolder({});
    const tool = new ToolProcess(shell(FAMILY), { folder: place });
    const grandchild = await grandchildIn(place);
    tool.kill();
    expect((await tool.exited).signal).toBe("SIGKILL");
    await until(() => !isAlive(grandchild) && !isAlive(tool.pid));
    rmSync(place, { recursive: true });
  });

  test("who ends by itself leaves no children, even those that hold its streams", async () => {
    const place = makePrivateFolder({});
    const script = "sh -c 'echo $$ > grandchild; exec sleep 600' & sleep 0.2";
    const tool = new ToolProcess(shell(script), { folder: place });
    const grandchild = await grandchildIn(place);
    expect((await tool.exited).code).toBe(0);
    await until(() => !isAlive(grandchild));
    rmSync(place, { recursive: true });
  });

  test("asked to end, it may end its own way", async () => {
    const script = "trap 'echo bye; exit 7' INT; echo ready; while :; do sleep 0.05; done";
    const tool = new ToolProcess(shell(script), {});
    await until(() => tool.stdout.text.includes("ready"));
    tool.interrupt();
    expect((await tool.exited).code).toBe(7);
    expect(tool.stdout.text).toEndWith("bye\n");
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "we end by %s, and nothing outlives us",
    async (signal) => {
      const place = makePrivateFolder({ secret: "s3cret" });
      const parent = join(folder, `parent-${signal}.ts`);
      const module = join(import.meta.dir, "tool-process.ts");
      writeFileSync(
        parent,
        `import { ToolProcess } from ${JSON.stringify(module)};
         new ToolProcess(${JSON.stringify(shell(FAMILY))}, { folder: ${JSON.stringify(place)} });
         setInterval(() => {}, 1000);`,
      );
      const us = Bun.spawn([process.execPath, parent], { stdout: "ignore", stderr: "ignore" });
      const grandchild = await grandchildIn(place);
      us.kill(signal);
      await us.exited;
      await until(() => !isAlive(grandchild) && !existsSync(place));
    },
  );
});

test("files for it are nobody else's", () => {
  const place = makePrivateFolder({ secret: "s3cret" });
  const modeOf = (path: string) =>
    Bun.file(path)
      .stat()
      .then(({ mode }) => mode & 0o777);
  return Promise.all([modeOf(place), modeOf(join(place, "secret"))]).then((modes) => {
    expect(modes).toEqual([0o700, 0o600]);
    rmSync(place, { recursive: true });
  });
});
