/** Options that say what is sent, each by a real run that fails without it. */
import { afterAll, expect, test } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { cli } from "../child-cli.ts";
import { type Kept, startKeeping } from "../keeping-server.ts";
import { TARGET_OPTIONS } from "../options/target.ts";
import { BASE, expectBoth, folder, measured, prove, servers } from "./trial.ts";

const POST = [...BASE, "--method", "POST"];
const isMuchSent = ({ bytes }: Result) => (bytes.sent ?? 0) > 1e6;
async function numbersSeen(...flag: string[]): Promise<number[]> {
  await fetch(`${servers.origin.url}/.control/log`, { method: "DELETE" });
  await measured(`${servers.origin.url}/`, BASE, flag);
  const rows = await readOriginLog(servers.origin.url);
  return [...new Set(rows.map(({ number }) => number))].sort((a, b) => a - b);
}

const keeping = startKeeping();
afterAll(() => keeping.stop());

/** What a run sends: to one target, or to those of a plan. */
async function keptOf(flags: readonly string[], plan?: string): Promise<Kept[]> {
  keeping.take();
  const source = plan === undefined ? `${keeping.url}/` : folder.write("plan.yaml", plan);
  await measured(source, ["--rate", "500", "--requests", "20"], flags);
  const kept = keeping.take();
  expect(kept).toHaveLength(20);
  return kept;
}

/** What the header is in all requests. */
async function headerOf(name: string, ...flags: string[]): Promise<(string | null)[]> {
  const kept = await keptOf(flags);
  return [...new Set(kept.map(({ headers }) => headers.get(name)))];
}

prove(TARGET_OPTIONS, {
  "--method": () => {
    const isMuchRead = ({ bytes }: Result) => (bytes.received ?? 0) > 1e6;
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
  "--body-size": async () => {
    const sizes = async (...flags: string[]) => {
      const kept = await keptOf(["--method", "POST", ...flags]);
      return [...new Set(kept.map(({ body }) => body.length))];
    };
    expect(await sizes("--body-size", "12345")).toEqual([12_345]);
    expect(await sizes()).toEqual([0]);
  },
  "--content-type": async () => {
    expect(await headerOf("content-type", "--content-type", "text/x-{{seq}}")).toHaveLength(20);
    expect(await headerOf("content-type", "--content-type", "a/b")).toEqual(["a/b"]);
    expect(await headerOf("content-type")).toEqual([null]);
  },
  "--user-agent": async () => {
    expect(await headerOf("user-agent", "--user-agent", "me/1.0")).toEqual(["me/1.0"]);
    expect(await headerOf("user-agent")).toEqual(["nightjar"]);
  },
  "--number-header": async () => {
    const all = Array.from({ length: 100 }, (_, i) => i);
    expect(await numbersSeen("--number-header", "x-nightjar-number")).toEqual(all);
    expect(await numbersSeen()).toEqual([-1]);
  },
});

test("each of them applies to every target of a plan, instead of what the file says", async () => {
  const plan = `targets:
  - url: ${keeping.url}/a
    method: PUT
    body: of the file
    headers: { user-agent: file, x-kept: file }
  - url: ${keeping.url}/b
    bodyFile: nothing
    headers: { CONTENT-TYPE: file/file, x-a: file }
`;
  const flags = ["--method", "POST", "--header", "x-a: 1", "--content-type", "text/plain"];
  const more = ["--user-agent", "me", "--number-header", "x-i"];
  for (const [given, body] of [
    [["--body-size", "3"], "abc"],
    [["--body", "{{{{"], "{{"],
  ] as const) {
    const kept = await keptOf([...flags, ...more, ...given], plan);
    expect([...new Set(kept.map(({ target }) => target))].sort()).toEqual(["/a", "/b"]);
    for (const { target, method, headers, body: sent } of kept) {
      expect([method, sent]).toEqual(["POST", body]);
      const named = ["x-a", "content-type", "user-agent", "x-kept"].map((name) =>
        headers.get(name),
      );
      expect(named).toEqual(["1", "text/plain", "me", target === "/a" ? "file" : null]);
    }
    const numbers = kept.map(({ headers }) => Number(headers.get("x-i"))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i));
  }
});

test.each([
  [["--header", "content-type: a", "--content-type", "b"], "--content-type: --header gives the"],
  [["--user-agent", "b", "--header", "USER-AGENT: a"], "--user-agent: --header gives the header"],
  [["--body", "x", "--body-size", "1"], "--body: --body-size says it"],
  [["--body-size", "many"], "--body-size: a whole number is wanted"],
])("%j is refused", async (flags, sentence) => {
  const { code, out, err } = await cli(["plan", "check", keeping.url, ...flags]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toStartWith(`nightjar: ${sentence}`);
});
