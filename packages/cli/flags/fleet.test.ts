/**
 * Options of fleets, as far as no broker is needed: what is refused, by which option, and what is
 * right instead. What they do is in fleet.parts.test.ts.
 */
import { afterAll, expect, test } from "bun:test";
import { cli, makeFolder } from "../child-cli.ts";
import { AGENT_OPTIONS, COLLECT_OPTIONS, FLEET_OPTIONS } from "../options/fleet.ts";

const folder = makeFolder();
afterAll(() => folder.remove());
folder.write("empty", "");
folder.write("words", "two words\n");

/** Nobody listens there. */
const NOWHERE = "nats://127.0.0.1:9";
const RUN = ["run", "http://127.0.0.1:9/"];
const ON_FLEET = [...RUN, "--fleet", NOWHERE, "--agents", "1"];
const AGENT = ["agent", "--nats", NOWHERE];

type Case = readonly [args: readonly string[], said: string];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "--nats": [
    [["agent"], "--nats: the address of a NATS server is wanted, found nothing"],
    [["agent", "--nats", "nats://me:secret@bus"], "would show in the list of processes"],
    [["agent", "--nats", "http://bus"], '"http://bus" is no address of a server'],
  ],
  "--fleet": [
    [[...RUN, "--fleet", "nats://token@bus", "--agents", "1"], "list of processes"],
    [["run", "collect", "x", "--fleet", NOWHERE], "an option of run"],
  ],
  "--creds": [
    [[...AGENT, "--creds", "none"], "--creds: none: there is no such file"],
    [[...AGENT, "--creds", "empty"], "the credentials are no .creds file"],
  ],
  "--token-file": [
    [[...AGENT, "--token-file", "none"], "--token-file: none: there is no such file"],
    [[...AGENT, "--token-file", "words"], "a token is visible ASCII characters in one line"],
  ],
  "--tls-ca": [
    [[...AGENT, "--tls-ca", "none"], "--tls-ca: none: there is no such file"],
    [[...RUN, "--tls-ca", "none"], "for the target it is --cacert"],
  ],
  "--tls-cert": [
    [[...AGENT, "--tls-cert", "words"], "a client's certificate and its key belong together"],
    [[...RUN, "--tls-cert", "none"], "for the target it is --cert"],
  ],
  "--tls-key": [
    [[...AGENT, "--tls-key", "words"], "a client's certificate and its key belong together"],
    [[...RUN, "--tls-key", "none"], "for the target it is --key"],
  ],
  "--agents": [
    [[...RUN, "--agents", "2"], "--agents: the load is sent from this machine"],
    [[...RUN, "--fleet", NOWHERE], "--agents: how many agents are to share the load is wanted"],
    [[...RUN, "--fleet", NOWHERE, "--agents", "0"], "1 to 10000 agents in all"],
    [[...RUN, "--fleet", NOWHERE, "--agents", "zone=eu"], "LABEL=VALUE:NUMBER,… is wanted"],
  ],
  "--lost-agent": [
    [[...RUN, "--lost-agent", "fail"], "--lost-agent: the load is sent from this machine"],
    [[...ON_FLEET, "--lost-agent", "degarde"], '(did you mean "degrade"?)'],
  ],
  "--lease": [
    [[...RUN, "--lease", "5s"], "--lease: the load is sent from this machine"],
    [[...ON_FLEET, "--lease", "0.5s"], "a duration from 1s to 10m is wanted"],
  ],
  "--orphan-limit": [
    [[...RUN, "--orphan-limit", "5s"], "--orphan-limit: the load is sent from this machine"],
    [[...ON_FLEET, "--orphan-limit", "5s"], "by --lost-agent fail nobody goes on alone"],
  ],
  "--stream-replicas": [
    [[...RUN, "--stream-replicas", "3"], "--stream-replicas: the load is sent from this machine"],
    [[...ON_FLEET, "--stream-replicas", "0"], 'from 1 to 5 is wanted, found "0"'],
    [[...ON_FLEET, "--stream-replicas", "6"], "from 1 to 5 is wanted"],
    [[...ON_FLEET, "--stream-replicas", "1.5"], "from 1 to 5 is wanted"],
  ],
  "--max-clock-error": [
    [[...RUN, "--max-clock-error", "5ms"], "--max-clock-error: the load is sent from this machine"],
    [[...ON_FLEET, "--max-clock-error", "soon"], "--max-clock-error: "],
  ],
  "--name": [[[...AGENT, "--name", "a b"], "without blanks and commas are wanted"]],
  "--label": [
    [[...AGENT, "--label", "zone"], "KEY=VALUE is the form"],
    [[...AGENT, "--label", "zone=eu:1"], "without blanks, =, : and commas"],
  ],
  "--max-rate": [
    [[...AGENT, "--max-rate", "max"], "a rate above 0 is wanted"],
    [[...AGENT, "--max-rate", "fast"], '"fast" is not a rate'],
  ],
  "--allow-target": [
    [[...AGENT, "--allow-target", "10.0.0.0/33"], "0 to 32 bits stand behind the /"],
    [[...AGENT, "--allow-target", "a b"], "--allow-target: "],
  ],
  "--exclude": [[["run", "collect", "x", "--nats", NOWHERE, "--exclude", ""], "AGENT is wanted"]],
};

test("each row of the table has its proof, and no proof is of a row that is gone", () => {
  const rows = [...FLEET_OPTIONS, ...AGENT_OPTIONS, ...COLLECT_OPTIONS];
  const own = rows.filter(({ proof }) => proof === "flags/fleet.test.ts");
  expect(Object.keys(CASES).sort()).toEqual([...new Set(own.map(({ flag }) => flag))].sort());
});

test.each(Object.entries(CASES))("%s", async (_, cases) => {
  for (const [args, said] of cases) {
    const { code, err } = await cli(args, { cwd: folder.path });
    expect(err).toContain(said);
    expect(code).toBe(2);
  }
});

test("no broker: one sentence, and an operating error", async () => {
  for (const args of [AGENT, ON_FLEET, ["run", "collect", "x", "--nats", NOWHERE]]) {
    const { code, err } = await cli(args, { cwd: folder.path });
    expect(err).toBe(
      "nightjar: NATS at nats://127.0.0.1:9: the connection was refused\n" +
        "  does a nats-server listen there?\n",
    );
    expect(code).toBe(1);
  }
});
