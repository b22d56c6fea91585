// Says what an install that npm made holds, compared with package-lock.json: dev, runtime or none.
// Runs on Node, before there is a Bun: node scripts/installed-kind.mjs ROOT
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2];

/** The "packages" table of a lock file, without its entry for the root itself; empty if unreadable. */
function packagesOf(file) {
  try {
    const { "": _root, ...packages } = JSON.parse(readFileSync(join(root, file), "utf8")).packages;
    return packages;
  } catch {
    return {};
  }
}

const wanted = Object.entries(packagesOf("package-lock.json"));
const present = packagesOf("node_modules/.package-lock.json");

/** A package of another platform may be absent; a present one must be the one the lock names. */
function holds([path, entry]) {
  const found = present[path];
  if (!found) return entry.optional === true;
  return found.version === entry.version && found.integrity === entry.integrity;
}

const isDev = ([, entry]) => entry.dev === true || entry.devOptional === true;
const runtime = wanted.length > 0 && wanted.filter((one) => !isDev(one)).every(holds);
const dev = runtime && wanted.every(holds);
process.stdout.write(dev ? "dev" : runtime ? "runtime" : "none");
