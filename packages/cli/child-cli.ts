/** For tests: the binary in a process of its own, in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";

/** As `./nightjar` starts it. */
const COMMAND = [
  process.execPath,
  ...["--config=/dev/null", "--no-env-file", "--no-install"],
  new URL("./main.ts", import.meta.url).pathname,
];

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface ChildCli {
  readonly process: Subprocess<"ignore", "pipe", "pipe">;
  readonly ended: Promise<Said>;
  /** Resolves when standard error matches; rejects when it ends before. */
  untilNoted(pattern: RegExp): Promise<void>;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function startCli(args: readonly string[], { cwd, env }: Surroundings = {}): ChildCli {
  const child = Bun.spawn([...COMMAND, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    cwd,
    env: { ...process.env, ...env },
  });
  const notes = new Notes(child.stderr);
  const said = async (): Promise<Said> => {
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      notes.whole,
      child.exited,
    ]);
    return { code, out, err };
  };
  return { process: child, ended: said(), untilNoted: (pattern) => notes.until(pattern) };
}

/** Runs it to its end. */
export function cli(args: readonly string[], surroundings?: Surroundings): Promise<Said> {
  return startCli(args, surroundings).ended;
}

const TRIES = 5;

/**
 * Runs again while a disturbed machine makes the verdict inconclusive (98); the last answer stands.
 */
export async function undisturbed(run: () => Promise<Said>): Promise<Said> {
  let said = await run();
  for (let tries = 1; said.code === 98 && tries < TRIES; tries++) said = await run();
  return said;
}

export interface Judged extends Said {
  /** Why no run could be judged, by the Result of the last: it was the machine's doing. */
  readonly disturbedBy?: string;
}

/** A run whose exit code is the point: again while the machine disturbs it. */
export async function judged(args: readonly string[], where?: Surroundings): Promise<Judged> {
  const folder = makeFolder();
  const outputs = ["--output", "human", "--output", `json=${folder.path}/r.json`];
  const said = await undisturbed(() => cli([...args, ...outputs], where));
  const { generator } = JSON.parse(folder.read("r.json"));
  folder.remove();
  return said.code === 98 && !generator.healthy
    ? { ...said, disturbedBy: generator.faults[0] }
    : said;
}

class Notes {
  private text = "";
  private over = false;
  private look: () => void = () => {};
  readonly whole: Promise<string>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.whole = this.read(stream);
  }

  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.look = () => {
        if (pattern.test(this.text)) resolve();
        else if (this.over) reject(new Error(`only: ${this.text}`));
      };
      this.look();
    });
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true });
      this.look();
    }
    this.over = true;
    this.look();
    return this.text;
  }
}

/** Ids of the living children of a process; who has ended and was not waited for lives no more. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text
    .trim()
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** Shorter than any run that is ended in the middle, and long for a machine that is busy. */
const GONE_WITHIN_MS = 30_000;

/** Waits for all of them to be gone; the answer is who is not. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
  const untilMs = performance.now() + GONE_WITHIN_MS;
  while (pids.some(isAlive) && performance.now() < untilMs) await Bun.sleep(20);
  return pids.filter(isAlive);
}

export interface Folder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): string;
  read(name: string): string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "nightjar-cli-"));
  return {
    path,
    write(name, content) {
      writeFileSync(join(path, name), content);
      return name;
    },
    read: (name) => readFileSync(join(path, name), "utf8"),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
