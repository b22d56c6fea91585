/**
 * Every option of `run` does what its row says: each has a proof here, by a real run, that fails
 * without it.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Plan } from "@nightjar/core/plan.ts";
import { type Result, resultSchema } from "@nightjar/core/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { childrenOf, cli, makeFolder, startCli } from "./child-cli.ts";
import { guardTarget } from "./guard.ts";
import { RUN_OPTIONS } from "./options/run.ts";

const folder = makeFolder();
let origin: ChildOrigin;
let secure: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log");
  const certificate = `${folder.path}/origin.pem`;
  secure = await startChildOrigin("--tls", "--certificate-file", certificate);
});
afterAll(async () => {
  await Promise.all([origin.stop(), secure.stop()]);
  folder.remove();
});

type Load = readonly string[];
const BASE: Load = ["--rate", "500", "--requests", "100"];
const BRIEF: Load = ["--rate", "500", "--duration", "200ms"];
/** So many wait at once that each connection is wanted. */
const FEW: Load = ["--rate", "500", "--requests", "60", "--connections", "2"];

async function measured(url: string, load: Load, flag: Load): Promise<Result> {
  const args = ["run", url, ...load, ...flag, "--output", "json", "--quiet"];
  const { out, err } = await cli(args, { cwd: folder.path });
  expect(err).toBe("");
  return resultSchema.parse(JSON.parse(out));
}

interface Where {
  /** Behind the URL of the origin, or a URL. */
  readonly target?: string;
  readonly load?: Load;
}

/** A run with the flag and one without; `seen` tells them apart. */
async function expectBoth<T>(
  flag: Load,
  seen: (result: Result) => T,
  [withFlag, without]: readonly [T, T],
  { target = "/", load = BASE }: Where = {},
): Promise<void> {
  const url = target.includes("://") ? target : origin.url + target;
  expect(seen(await measured(url, load, flag))).toEqual(withFlag);
  expect(seen(await measured(url, load, []))).toEqual(without);
}

const completed = ({ accounting }: Result) => accounting.completed;
async function numbersSeen(...flag: string[]): Promise<number[]> {
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
  await measured(`${origin.url}/`, BASE, flag);
  const rows = await readOriginLog(origin.url);
  return [...new Set(rows.map(({ number }) => number))].sort((a, b) => a - b);
}

function brief(...flag: string[]) {
  return cli(["run", `${origin.url}/`, ...BASE, ...flag]);
}

/** What a worker was told on its command line. */
async function workerArguments(...flag: string[]): Promise<string> {
  const child = startCli(["run", `${origin.url}/`, "--duration", "1m", ...flag]);
  await child.untilNoted(/open loop/);
  const [pid] = childrenOf(child.process.pid);
  const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  child.process.kill("SIGINT");
  await child.ended;
  return line;
}

async function onTerminal(line: string): Promise<string> {
  const nightjar = new URL("../../nightjar", import.meta.url).pathname;
  const child = Bun.spawn(["script", "-qec", `${nightjar} ${line}`, "/dev/null"], {
    stdin: "ignore",
    stdout: "pipe",
  });
  return new Response(child.stdout).text();
}

const POST = [...BASE, "--method", "POST"];
const POISSON = ["--arrivals", "poisson"];
const lengthS = ({ durationS }: Result) => durationS;
const isMuchSent = ({ bytes }: Result) => bytes.sent > 1e6;

const target: Record<string, () => Promise<void>> = {
  "--method": () => {
    const isMuchRead = ({ bytes }: Result) => bytes.received > 1e6;
    return expectBoth(["--method", "HEAD"], isMuchRead, [false, true], { target: "/?size=20000" });
  },
  "--header": () => {
    const flag = ["--header", "x-nightjar-behaviour: status=503"];
    return expectBoth(flag, ({ statusCodes }) => Object.keys(statusCodes), [["503"], ["200"]]);
  },
  "--body": async () => {
    folder.write("body.txt", "x".repeat(12_000));
    await expectBoth(["--body", "@body.txt"], isMuchSent, [true, false], { load: POST });
    await expectBoth(["--body", "y".repeat(12_000)], isMuchSent, [true, false], { load: POST });
  },
  "--number-header": async () => {
    const all = Array.from({ length: 100 }, (_, i) => i);
    expect(await numbersSeen("--number-header", "x-nightjar-number")).toEqual(all);
    expect(await numbersSeen()).toEqual([-1]);
  },
};

const load: Record<string, () => Promise<void>> = {
  "--model": () => {
    const isFast = ({ offered }: Result) => offered.ratePerS > 300;
    const only = ["--requests", "100"];
    return expectBoth(["--model", "closed"], isFast, [true, false], { load: only });
  },
  "--rate": () =>
    expectBoth(["--rate", "1000"], lengthS, [0.1, 1], { load: ["--requests", "100"] }),
  "--arrivals": () => expectBoth(POISSON, (result) => lengthS(result) === 0.2, [false, true]),
  "--connections": () => {
    const opened = ({ connections }: Result) => connections.opened;
    const where = { target: "/?delay=150ms" };
    return expectBoth(["--connections", "3"], opened, [3, 50], where);
  },
};

const limits: Record<string, () => Promise<void>> = {
  "--requests": () => expectBoth(["--requests", "7"], completed, [7, 100], { load: BRIEF }),
  "--duration": () => expectBoth(["--duration", "100ms"], completed, [50, 100]),
  "--warmup": () => {
    const before = ({ warmup }: Result) => warmup?.due ?? 0;
    return expectBoth(["--warmup", "100ms"], before, [50, 0], { load: BRIEF });
  },
  "--timeout": () => {
    const timeouts = ({ errors }: Result) => errors.timeout ?? 0;
    const where = { target: "/?delay=300ms", load: ["--requests", "20"] };
    return expectBoth(["--timeout", "50ms"], timeouts, [20, 0], where);
  },
  "--connect-timeout": async () => {
    const mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const whenS = ({ errorSamples }: Result) => {
      const atS = errorSamples["connect-timeout"]?.atS ?? 9;
      return atS < 0.5 ? "soon" : "late";
    };
    const patience = ["--timeout", "800ms", "--insecure", "--connections", "2"];
    const where = { target: `https://127.0.0.1:${mute.port}/`, load: [...BRIEF, ...patience] };
    await expectBoth(["--connect-timeout", "100ms"], whenS, ["soon", "late"], where);
    mute.stop(true);
  },
  "--max-backlog": () => {
    const isDropping = ({ accounting }: Result) => accounting.dropped > 0;
    const where = { target: "/?delay=20ms", load: FEW };
    return expectBoth(["--max-backlog", "5"], isDropping, [true, false], where);
  },
  "--drain": () => {
    const isCut = ({ accounting }: Result) => accounting.censored > 0;
    const where = { target: "/?delay=400ms", load: ["--rate", "100", "--duration", "200ms"] };
    return expectBoth(["--drain", "50ms"], isCut, [true, false], where);
  },
};

const conduct: Record<string, () => Promise<void>> = {
  "--seed": async () => {
    const of = async (...seed: string[]) =>
      lengthS(await measured(`${origin.url}/`, [...BASE, ...POISSON], seed));
    const [none, first, seventh] = [await of(), await of("--seed", "1"), await of("--seed", "7")];
    expect(first).toBe(none);
    expect(seventh).not.toBe(none);
  },
  "--workers": () => expectBoth(["--workers", "3"], ({ generator }) => generator.workers, [3, 1]),
  "--idle": async () => {
    expect(await workerArguments("--idle", "spin")).toEndWith("spin\0");
    expect(await workerArguments("--idle", "sleep")).toEndWith("sleep\0");
  },
  "--insecure": () => expectBoth(["--insecure"], completed, [100, 0], { target: secure.url }),
  "--cacert": () =>
    expectBoth(["--cacert", "origin.pem"], completed, [100, 0], { target: secure.url }),
  "--sni": () => {
    const where = { target: secure.url, load: [...BASE, "--cacert", "origin.pem"] };
    return expectBoth(["--sni", "nobody.example"], completed, [0, 100], where);
  },
  "--threshold": () => {
    const said = ({ thresholds }: Result) => thresholds.map(({ ok }) => ok);
    return expectBoth(["--threshold", "status(200) == 5"], said, [[false], []]);
  },
};

const output: Record<string, () => Promise<void>> = {
  "--name": () => expectBoth(["--name", "a"], ({ name }) => name, ["a", "nightjar run"]),
  "--label": () => {
    const flag = ["--label", "a=b=c", "--label", "constructor=d"];
    const pairs = ({ labels }: Result) => Object.entries(labels);
    return expectBoth(flag, pairs, [
      [
        ["a", "b=c"],
        ["constructor", "d"],
      ],
      [],
    ]);
  },
  "--output": async () => {
    expect((await brief("--output", "json")).out).toStartWith("{");
    expect((await brief()).out).not.toStartWith("{");
  },
  "--quiet": async () => {
    expect((await brief("--quiet")).err).toBe("");
    expect((await brief()).err).toContain("open loop");
  },
  "--no-color": async () => {
    const line = `run ${origin.url}/ ${BASE.join(" ")} --quiet`;
    expect(await onTerminal(`${line} --no-color`)).not.toContain("\u001b[");
    expect(await onTerminal(line)).toContain("\u001b[");
  },
  // A public address is never loaded: the rule alone is asked.
  "--yes": async () => {
    const plan = { load: { rate: 5000 }, targets: [{ url: "http://x/" }] } as unknown as Plan;
    expect(() => guardTarget(plan, ["203.0.113.9"], true)).not.toThrow();
    expect(() => guardTarget(plan, ["203.0.113.9"], false)).toThrow("neither loopback nor private");
  },
};

const proofs = { ...target, ...load, ...limits, ...conduct, ...output };

test("each row of the table has its proof, and no proof is of a row that is gone", () => {
  expect(Object.keys(proofs).sort()).toEqual(RUN_OPTIONS.map(({ flag }) => flag).sort());
});

describe("the option", () => {
  test.each(RUN_OPTIONS.map(({ flag }) => flag))("%s", (flag) => proofs[flag]());
});
