/** Options that say what is sent, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { Result } from "@nightjar/core/result.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { TARGET_OPTIONS } from "../options/target.ts";
import { BASE, expectBoth, folder, measured, prove, servers } from "./trial.ts";

const POST = [...BASE, "--method", "POST"];
const isMuchSent = ({ bytes }: Result) => bytes.sent > 1e6;
async function numbersSeen(...flag: string[]): Promise<number[]> {
  await fetch(`${servers.origin.url}/.control/log`, { method: "DELETE" });
  await measured(`${servers.origin.url}/`, BASE, flag);
  const rows = await readOriginLog(servers.origin.url);
  return [...new Set(rows.map(({ number }) => number))].sort((a, b) => a - b);
}

prove(TARGET_OPTIONS, {
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
});
