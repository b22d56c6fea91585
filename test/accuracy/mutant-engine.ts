/**
 * Builds of the engine with one fault in them, for the proof that the suite would notice: the
 * sources are copied, one piece of text is replaced, and a worker is started from the copy.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Mutation {
  /** Within packages/engine. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const ROOT = join(import.meta.dir, "../..");

/**
 * Calls `body` with the command that starts a worker of the faulty build; the copy is removed
 * afterwards.
 */
export async function withMutant<T>(
  { file, from, to }: Mutation,
  body: (command: (index: number, idle: string) => string[]) => Promise<T>,
): Promise<T> {
  // Within the checkout, so that the copy finds the other rooms.
  const shelf = join(ROOT, ".tmp");
  mkdirSync(shelf, { recursive: true });
  const copy = mkdtempSync(join(shelf, "mutant-"));
  try {
    cpSync(join(ROOT, "packages/engine"), copy, { recursive: true });
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2)
      throw new Error(`${file} does not hold "${from}" just once`);
    writeFileSync(path, source.replace(from, to));
    return await body((_index, idle) => [process.execPath, join(copy, "worker-main.ts"), idle]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
