/** Trials of one option: a real run with it, and one without. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Result, resultSchema } from "@nightjar/core/result/result.ts";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { cli, makeFolder } from "../child-cli.ts";
import type { OptionRow } from "../options/row.ts";

/** Of the file that is being run: made before its tests, gone after them. */
export let folder: ReturnType<typeof makeFolder>;
export let servers: { readonly origin: ChildOrigin; readonly secure: ChildOrigin };

async function setUp(): Promise<void> {
  folder = makeFolder();
  const certificate = `${folder.path}/origin.pem`;
  const origin = await startChildOrigin("--log");
  const secure = await startChildOrigin("--tls", "--certificate-file", certificate);
  servers = { origin, secure };
}

async function tearDown(): Promise<void> {
  await Promise.all([servers.origin.stop(), servers.secure.stop()]);
  folder.remove();
}

export type Load = readonly string[];
export const BASE: Load = ["--rate", "500", "--requests", "100"];
export const BRIEF: Load = ["--rate", "500", "--duration", "200ms"];

export async function measured(url: string, load: Load, flag: Load): Promise<Result> {
  const args = ["run", url, ...load, ...flag, "--output", "json", "--quiet"];
  const { out, err } = await cli(args, { cwd: folder.path });
  expect(err).toBe("");
  return resultSchema.parse(JSON.parse(out));
}

export interface Where {
  /** Behind the URL of the origin, or a URL. */
  readonly target?: string;
  readonly load?: Load;
}

/** A run with the flag and one without; `seen` tells them apart. */
export async function expectBoth<T>(
  flag: Load,
  seen: (result: Result) => T,
  [withFlag, without]: readonly [T, T],
  { target = "/", load = BASE }: Where = {},
): Promise<void> {
  const url = target.includes("://") ? target : servers.origin.url + target;
  expect(seen(await measured(url, load, flag))).toEqual(withFlag);
  expect(seen(await measured(url, load, []))).toEqual(without);
}

export const completed = ({ accounting }: Result) => accounting.completed;

export function brief(...flag: string[]) {
  return cli(["run", `${servers.origin.url}/`, ...BASE, ...flag]);
}

export type Proofs = Readonly<Record<string, () => Promise<void>>>;

/** One test for each row, and no proof of a row that is gone. */
export function prove(rows: readonly OptionRow[], proofs: Proofs): void {
  beforeAll(setUp);
  afterAll(tearDown);
  test("each row of the table has its proof, and no proof is of a row that is gone", () => {
    expect(Object.keys(proofs).sort()).toEqual(rows.map(({ flag }) => flag).sort());
  });
  describe("the option", () => {
    test.each(rows.map(({ flag }) => flag))("%s", (flag) => proofs[flag]());
  });
}
