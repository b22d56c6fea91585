/** Targets that are not one IPv4 address: IPv6, and names that stand for several. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { cli, makeFolder, type Said } from "./child-cli.ts";

const folder = makeFolder();
let origin: ChildOrigin;
/** On all addresses of this machine, of both families. */
beforeAll(async () => {
  origin = await startChildOrigin("--hostname", "::");
});
afterAll(async () => {
  await origin.stop();
  folder.remove();
});

const LOAD = [
  "--requests",
  "80",
  "--rate",
  "400",
  "--connections",
  "4",
  "--output",
  "json",
  "--quiet",
];
const ANSWERED_SLOWLY = "?delay=20ms";

function resultOf({ out }: Said): Result {
  return resultSchema.parse(JSON.parse(out));
}

test("an IPv6 address", async () => {
  const result = resultOf(await cli(["run", `http://[::1]:${origin.port}/`, ...LOAD]));
  expect(result.accounting.completed).toBe(80);
  expect(Object.keys(result.backends)).toEqual([expect.stringContaining("::1")]);
});

test("what is to come is announced, one of a thing in the singular", async () => {
  const one = ["--requests", "1", "--connections", "1", "--output", "json"];
  const { err } = await cli(["run", `http://[::1]:${origin.port}/`, ...one]);
  expect(err).toContain("open loop, 100/s constant, 1 exchange, 1 connection, 1 worker\n");
});

/**
 * A hosts file of our own, seen by the run alone; where that is not allowed there is nothing to
 * test.
 */
const PRIVATELY = ["unshare", "--mount", "--map-root-user"];
const mayHide = Bun.spawnSync([
  ...PRIVATELY,
  "mount",
  "--bind",
  "/etc/hosts",
  "/etc/hosts",
]).success;

async function withHosts(hosts: string, ...args: string[]): Promise<Said> {
  const file = `${folder.path}/${folder.write("hosts", hosts)}`;
  const main = new URL("./main.ts", import.meta.url).pathname;
  const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
  const child = Bun.spawn(
    [...PRIVATELY, "sh", "-c", script, file, process.execPath, main, ...args],
    {
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

// Skipped where nobody may make mount namespaces: there is no other way to have it for real.
test.skipIf(!mayHide)(
  "the connections of a name with several addresses go to all of them",
  async () => {
    const hosts = "127.0.0.1 localhost\n127.0.0.2 shop.test\n127.0.0.3 shop.test\n::1 shop.test\n";
    const url = `http://shop.test:${origin.port}/${ANSWERED_SLOWLY}`;
    const result = resultOf(await withHosts(hosts, "run", url, ...LOAD));
    expect(result.accounting.completed).toBe(80);
    const backends = Object.keys(result.backends).sort();
    expect(backends).toHaveLength(3);
    for (const address of ["127.0.0.2", "127.0.0.3", "::1"]) {
      expect(backends.some((backend) => backend.includes(address))).toBe(true);
    }
  },
);

// Skipped where nobody may make mount namespaces: there is no other way to have it for real.
test.skipIf(!mayHide)("the guard looks at each address of a name", async () => {
  const hosts = "127.0.0.2 shop.test\n203.0.113.9 shop.test\n";
  const url = `http://shop.test:${origin.port}/`;
  const { code, out, err } = await withHosts(
    hosts,
    "run",
    url,
    "--rate",
    "2000",
    "--duration",
    "1s",
  );
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("is at 203.0.113.9, which is neither loopback nor private");
  expect(err).toContain("--yes");
});

// Skipped where nobody may make mount namespaces: there is no other way to have it for real.
test.skipIf(!mayHide)("a name of both families, and a server on one of them", async () => {
  const single = await startChildOrigin();
  try {
    const url = `http://both.test:${single.port}/`;
    const hosts = "::1 both.test\n127.0.0.1 both.test\n";
    const { accounting, backends } = resultOf(await withHosts(hosts, "run", url, ...LOAD));
    expect(accounting).toMatchObject({ completed: 80, failed: 0 });
    expect(Object.keys(backends)).toEqual([expect.stringContaining("127.0.0.1")]);
  } finally {
    await single.stop();
  }
});
