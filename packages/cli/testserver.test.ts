/** `nightjar testserver`: every option of its table has a proof here. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@nightjar/testkit/processes.ts";
import { makeFolder, startCli } from "./child-cli.ts";
import { TESTSERVER_OPTIONS } from "./options/testserver.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const MAIN = new URL("./main.ts", import.meta.url).pathname;

/** Serves while `use` runs; standard input stays open until then. */
async function serving<T>(flags: string[], use: (url: string) => Promise<T>): Promise<T> {
  const child = Bun.spawn([process.execPath, MAIN, "testserver", "--until-eof", ...flags], {
    cwd: folder.path,
    stdin: "pipe",
    stdout: "pipe",
  });
  try {
    return await use(await urlSaidBy(child.stdout));
  } finally {
    child.stdin.end();
    expect(await child.exited).toBe(0);
  }
}

/** Once it listens. */
async function urlSaidBy(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return /^testserver listening on (\S+)\n/.exec(text)?.[1] as string;
}

const statusOf = async (url: string) => (await fetch(url)).status;
const CHANCES = "status=503:50";

async function statuses(...seed: string[]): Promise<string> {
  return serving(["--behaviour", CHANCES, ...seed], async (url) => {
    const seen: number[] = [];
    for (let n = 0; n < 20; n++) seen.push(await statusOf(url));
    return seen.join(" ");
  });
}

async function numbersLogged(...flag: string[]): Promise<number> {
  return serving(["--log", ...flag], async (url) => {
    await fetch(url, { headers: { "x-n": "8" } });
    const bytes = await (await fetch(`${url}/.control/log`)).arrayBuffer();
    return new Float64Array(bytes)[0];
  });
}

const proofs: Record<string, () => Promise<void>> = {
  "--port": async () => {
    const port = `${freePort()}`;
    await serving(["--port", port], async (url) => expect(new URL(url).port).toBe(port));
    await serving([], async (url) => expect(new URL(url).port).not.toBe(port));
  },
  "--hostname": async () => {
    await serving(["--hostname", "127.0.0.2"], async (url) => {
      expect(url).toStartWith("http://127.0.0.2:");
      expect(await statusOf(url)).toBe(200);
    });
    await serving([], async (url) => expect(url).toStartWith("http://127.0.0.1:"));
  },
  "--tls": () => serving(["--tls"], async (url) => expect(url).toStartWith("https://")),
  "--certificate-file": async () => {
    await serving(["--tls", "--certificate-file", "c.pem"], async (url) => {
      const ca = folder.read("c.pem");
      expect((await fetch(url, { tls: { ca } })).status).toBe(200);
    });
    expect(existsSync(join(folder.path, "c.pem"))).toBe(true);
  },
  "--behaviour": async () => {
    await serving(["--behaviour", "status=404"], async (url) => {
      expect(await statusOf(url)).toBe(404);
    });
    await serving([], async (url) => expect(await statusOf(url)).toBe(200));
  },
  "--log": async () => {
    const status = (url: string) => statusOf(`${url}/.control/log`);
    expect(await serving(["--log"], status)).toBe(200);
    expect(await serving([], status)).toBe(404);
  },
  "--number-header": async () => {
    expect(await numbersLogged("--number-header", "x-n")).toBe(8);
    expect(await numbersLogged()).toBe(-1);
  },
  "--seed": async () => {
    expect(await statuses("--seed", "1")).toBe(await statuses());
    expect(await statuses("--seed", "2")).not.toBe(await statuses());
  },
  "--until-eof": async () => {
    await serving([], async () => {});
    const command = [process.execPath, MAIN, "testserver"];
    const child = Bun.spawn(command, { cwd: folder.path, stdin: "ignore", stdout: "pipe" });
    await urlSaidBy(child.stdout);
    await Bun.sleep(500);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await child.exited).toBe(0);
  },
};

test("each row of the table has its proof, and no proof is of a row that is gone", () => {
  expect(Object.keys(proofs).sort()).toEqual(TESTSERVER_OPTIONS.map(({ flag }) => flag).sort());
});

describe("the option", () => {
  test.each(TESTSERVER_OPTIONS.map(({ flag }) => flag))("%s", (flag) => proofs[flag]());
});

test("a port that is taken is an operating error of one sentence", async () => {
  await serving([], async (url) => {
    const { code, err } = await startCli(["testserver", "--port", new URL(url).port]).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^nightjar: cannot listen on 127\.0\.0\.1:\d+: [^\n]+\n$/);
  });
});
