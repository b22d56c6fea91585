/** A run full of secrets over real agents: they arrive, and are nowhere else. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectNats } from "@nightjar/fleet/nats/connect.ts";
import { streamName } from "@nightjar/fleet/subjects.ts";
import { makeServerCertificate } from "@nightjar/testkit/certificates.ts";
import { type NatsServer, startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { startCli } from "./child-cli.ts";
import { BRIEF, ChildFleet } from "./child-fleet.ts";

const SECRETS = {
  authorization: "Bearer tok-0123456789abcdef",
  cookie: "session=c00kie-v4lue-0123",
  variable: "from-the-environment-0123",
  body: "the-body-of-a-file-0123",
};

let nats: NatsServer;
let fleet: ChildFleet;
let home: string;

beforeAll(async () => {
  nats = await startNatsServer();
  fleet = await ChildFleet.start(nats);
  home = mkdtempSync(join(tmpdir(), "nightjar-agent-home-"));
});
afterAll(async () => {
  await fleet.stop();
  rmSync(home, { recursive: true, force: true });
});

/** All that the files under a folder hold, their names too. */
function onDisk(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => {
      const path = join(folder, name);
      const isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
      return `${name}\n${isFile ? readFileSync(path, "latin1") : ""}`;
    })
    .join("\n");
}

/** The command lines of all processes of this machine. */
function processArguments(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .join("\n");
}

/** All messages of a run's stream. */
async function streamed(runId: string): Promise<string> {
  const bus = await connectNats({ servers: nats.url, name: "test" });
  const { lastSequence } = await bus.streamState(streamName(runId));
  const aborter = new AbortController();
  const said: string[] = [];
  for await (const { payload, sequence } of bus.read(streamName(runId), 1, aborter.signal)) {
    said.push(new TextDecoder("latin1").decode(payload));
    if (sequence === lastSequence) aborter.abort();
  }
  await bus.close();
  return said.join("\n");
}

test("they reach the target, and no stream, Result, note, process or disk has them", async () => {
  const pair = makeServerCertificate(fleet.folder.path);
  const keyLine = readFileSync(pair.key, "utf8").split("\n")[1];
  const all = [...Object.values(SECRETS), keyLine];
  const seen = new Set<string>();
  const server = Bun.serve({
    port: 0,
    tls: { cert: Bun.file(pair.certificate), key: Bun.file(pair.key) },
    async fetch(request) {
      const names = ["authorization", "cookie", "x-key"];
      const kept = names.map((name) => request.headers.get(name));
      seen.add([...kept, await request.text()].join(" | "));
      return new Response("ok");
    },
  });
  const agent = await fleet.addAgent("vault", [], {
    cwd: home,
    env: { TMPDIR: home, HOME: home, XDG_CACHE_HOME: home },
  });
  fleet.folder.write("body.bin", SECRETS.body);
  fleet.folder.write(
    "plan.yaml",
    `targets:
  - url: "https://localhost:${server.port}/"
    method: POST
    bodyFile: body.bin
    headers:
      authorization: "${SECRETS.authorization}"
      cookie: "${SECRETS.cookie}"
      x-key: "{{env NIGHTJAR_TEST_KEY}}"
tls: {caCert: "${pair.certificate}", cert: "${pair.certificate}", key: "${pair.key}"}
`,
  );
  const args = ["run", "plan.yaml", ...BRIEF, "--fleet", nats.url, "--agents", "1"];
  const going = fleet.cli([...args, "--output", "json=r.json", "--output", "human"], {
    NIGHTJAR_TEST_KEY: SECRETS.variable,
  });
  const looks: string[] = [];
  const looking = setInterval(() => looks.push(processArguments(), onDisk(home)), 300);
  const { out, err } = await going;
  clearInterval(looking);
  await server.stop(true);
  const { authorization, cookie, variable, body } = SECRETS;
  expect([...seen]).toEqual([[authorization, cookie, variable, body].join(" | ")]);
  expect(looks.join("\n")).toContain("nightjar");
  const { id, populations } = fleet.written();
  expect([populations.error, populations.ok > 0]).toEqual([0, true]);
  const { out: listed } = await fleet.cli(["agents", "--nats", nats.url, "--json"]);
  agent.process.kill("SIGTERM");
  const notes = await agent.ended;
  const told = {
    ...{ out, err, listed, notes: notes.out + notes.err, looks: looks.join("\n") },
    ...{ stream: await streamed(id), result: fleet.folder.read("r.json"), left: onDisk(home) },
  };
  expect(told.stream).toContain("[redacted]");
  for (const [where, text] of Object.entries(told)) {
    expect({ where, found: all.filter((secret) => text.includes(secret)) }).toEqual({
      ...{ where, found: [] },
    });
  }
}, 120_000);

test("agents and runs warn of a server beyond this machine that anybody may use", async () => {
  // This machine, and no loopback address.
  const url = nats.url.replace("127.0.0.1", "0.0.0.0");
  const agent = startCli(["agent", "--nats", url, "--name", "warned"]);
  const warning = `warning: NATS at ${url} is not encrypted: orders, with the secrets in them`;
  await agent.untilNoted(/warned.* waits for runs/);
  const args = ["--rate", "20", "--duration", "1s", "--connections", "1", "--agents", "1"];
  const run = await fleet.cli(["run", `${fleet.origin.url}/`, ...args, "--fleet", url]);
  expect(run.err).toContain(warning);
  const listed = await fleet.cli(["agents", "--nats", url]);
  expect(listed.err).not.toContain("warning");
  agent.process.kill("SIGTERM");
  const { err } = await agent.ended;
  expect(err).toContain(warning);
  expect(err).toContain("asks nobody who he is: whoever reaches it can give agents orders");
}, 120_000);
