/** Why connections do not open: asked of the real kernel, in processes that lack something. */
import { describe, expect, test } from "bun:test";
import { freePort } from "@nightjar/testkit/processes.ts";
import { ConnectDoctor, type ConnectFailure } from "./connect-failure.ts";

const SECOND_NS = 1e9;
const MODULE = new URL("./connect-failure.ts", import.meta.url).pathname;

/** Opens files up to the limit but for `left`, then asks for a connection to a port. */
const WITHOUT_DESCRIPTORS = `
  const { ConnectDoctor } = await import(process.argv[1]);
  const { openSync, closeSync } = await import("node:fs");
  const [port, left] = process.argv.slice(2).map(Number);
  const held = [];
  try { for (;;) held.push(openSync("/dev/null", "r")); } catch {}
  for (let n = 0; n < left; n++) closeSync(held.pop());
  const target = { address: "127.0.0.1", port };
  const failure = new ConnectDoctor().failure("ECONNREFUSED", target, 0);
  for (const file of held) closeSync(file);
  console.log(JSON.stringify(failure));
`;

async function withDescriptorsLeft(left: number, port: number): Promise<ConnectFailure> {
  const child = Bun.spawn(
    [
      ...["sh", "-c", 'ulimit -n 60; exec "$@"', "sh"],
      ...[process.execPath, "-e", WITHOUT_DESCRIPTORS, MODULE, `${port}`, `${left}`],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  return JSON.parse(await new Response(child.stdout).text());
}

async function listening(body: (port: number) => void | Promise<void>): Promise<void> {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  try {
    await body(listener.port);
  } finally {
    listener.stop(true);
  }
}

describe("what the runtime calls ECONNREFUSED", () => {
  test.each(["127.0.0.1", "::1"])("where nobody listens on %s is that", (address) => {
    const target = { address, port: freePort(address) };
    const { kind, sentence } = new ConnectDoctor().failure("ECONNREFUSED", target, 0);
    expect(kind).toBe("connect-refused");
    expect(sentence).toEndWith(`:${target.port} refused the connection`);
  });

  test("is believed where the port has opened since", () =>
    listening((port) => {
      const target = { address: "127.0.0.1", port };
      const { kind } = new ConnectDoctor().failure("ECONNREFUSED", target, 0);
      expect(kind).toBe("connect-refused");
    }));

  test("in a process without a descriptor is that", async () => {
    const { kind, sentence } = await withDescriptorsLeft(0, freePort());
    expect(kind).toBe("no-descriptors");
    expect(sentence).toContain("raise the limit (ulimit -n)");
  });

  test("in a process that had none a moment ago, and a server that listens, is that too", () =>
    listening(async (port) => {
      expect(await withDescriptorsLeft(3, port)).toMatchObject({ kind: "no-descriptors" });
      expect(await withDescriptorsLeft(20, port)).toMatchObject({ kind: "connect-refused" });
    }));
});

describe("the doctor", () => {
  test("asks once a second, and of each target apart", () => {
    const doctor = new ConnectDoctor();
    const [one, other] = [freePort(), freePort()].map((port) => ({ address: "127.0.0.1", port }));
    const first = doctor.failure("ECONNREFUSED", one, 0);
    expect(doctor.failure("ECONNREFUSED", one, 0.99 * SECOND_NS)).toBe(first);
    expect(doctor.failure("ECONNREFUSED", one, SECOND_NS)).not.toBe(first);
    expect(doctor.failure("ECONNREFUSED", one, SECOND_NS)).toEqual(first);
    expect(doctor.failure("ECONNREFUSED", other, 0).sentence).toContain(`:${other.port}`);
  });

  test("leaves nothing open", () => {
    const open = () => [...new Bun.Glob("*").scanSync({ cwd: "/proc/self/fd", onlyFiles: false })];
    const doctor = new ConnectDoctor();
    const target = { address: "127.0.0.1", port: freePort() };
    const before = open().length;
    for (let s = 0; s < 50; s++) doctor.failure("ECONNREFUSED", target, s * SECOND_NS);
    // What looked for the port may only now be closed.
    expect(open().length).toBeLessThanOrEqual(before);
  });
});

test.each([
  [
    "EADDRNOTAVAIL",
    "no-ports",
    /no local port is left for 127\.0\.0\.1:80 .*ip_local_port_range.*widen/,
  ],
  ["EMFILE", "no-descriptors", /ulimit -n/],
  ["ENFILE", "no-descriptors", /fs\.file-max/],
  ["EHOSTUNREACH", "connect-failed", /^127\.0\.0\.1:80: host is unreachable \(EHOSTUNREACH\)$/],
  ["EOTHER", "connect-failed", /^127\.0\.0\.1:80: EOTHER \(EOTHER\)$/],
])("%s is %s", (code, kind, sentence) => {
  const failure = new ConnectDoctor().failure(code, { address: "127.0.0.1", port: 80 }, 0);
  expect(failure.kind).toBe(kind as typeof failure.kind);
  expect(failure.sentence).toMatch(sentence);
  const longest = { address: "2001:db8:1234:5678:9abc:def0:1234:5678", port: 65_535 };
  expect(new ConnectDoctor().failure(code, longest, 0).sentence.length).toBeLessThan(200);
});
