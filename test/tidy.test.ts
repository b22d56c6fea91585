/**
 * Taste as a test: which room imports what, how long things may be, what is said in one place only.
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bansOf, findingsOfBans, findingsOfNames } from "@nightjar/testkit/tidy/banned.ts";
import { findingsOfImports, type ImportRules, type Room } from "@nightjar/testkit/tidy/imports.ts";
import { type Floors, findingsOfCircles, findingsOfFloors } from "@nightjar/testkit/tidy/order.ts";
import { findingsOfSizes, type SizeCeilings } from "@nightjar/testkit/tidy/sizes.ts";
import { readSources } from "@nightjar/testkit/tidy/source-file.ts";

const rooms = {
  core: { imports: [], isPure: true },
  stats: { imports: ["core"], isPure: true },
  charts: { imports: ["core"], isPure: true },
  formats: { imports: ["core", "charts"], isPure: true },
  host: { imports: ["core"] },
  wire: { imports: ["core"] },
  storage: { imports: ["core"] },
  engine: { imports: ["core", "host"] },
  origin: { imports: ["core", "host"] },
  fleet: { imports: ["core"] },
  kubernetes: { imports: ["core"] },
  generators: { imports: ["core", "formats", "host", "wire"] },
  faces: { imports: ["core", "formats", "wire"] },
  mesh: { imports: ["core", "stats", "formats", "kubernetes"] },
  server: { imports: ["core", "stats", "formats", "wire", "storage", "fleet", "mesh"] },
  web: { imports: ["core", "stats", "charts", "server"] },
  cli: {
    imports: [
      ...["core", "stats", "charts", "formats", "host", "wire", "storage", "engine", "origin"],
      ...["fleet", "kubernetes", "generators", "faces", "mesh", "server"],
    ],
  },
  testkit: { imports: "every room" },
} satisfies Record<string, Room>;

/** Each folder of a room imports its own files and those of the folders before it. */
const floors: Floors = {
  core: ["", "pattern", "plan", "schedule", "record", "run", "result", "simulation"],
  fleet: [
    "",
    "border",
    "memory",
    "nats",
    "clock",
    "link",
    "agent",
    "fold",
    "coordinator",
    "simulation",
  ],
};

const limits = { fileLines: 300, fileLinesMax: 600, functionLines: 70, lineColumns: 100 };

/** What was longer when its rule came. These numbers only go down. */
const ceilings: SizeCeilings = { fileLines: {}, functionLines: {}, longLineCount: {} };

const root = join(import.meta.dir, "..");
const sources = readSources(root);

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function packagesIn(folder: string, isDev: boolean): Set<string> {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const named = isDev ? manifest.devDependencies : manifest.dependencies;
  return new Set(Object.keys(named ?? {}));
}

const importRules: ImportRules = {
  rooms,
  packagesOf: (room) => packagesIn(`packages/${room}`, false),
  packagesOfTests: packagesIn(".", true),
};

const pureRooms = Object.entries<Room>(rooms).flatMap(([name, { isPure }]) =>
  isPure ? [name] : [],
);
const bans = bansOf(pureRooms, ["cli", "testkit", "origin"]);

/** Fails with one finding per line. */
function expectNone(findings: string[]): void {
  expect(findings.join("\n")).toBe("");
}

test("there are sources to look at", () => {
  expect(sources.length).toBeGreaterThan(0);
});

test("imports follow the table of rooms", () => {
  expectNone(sources.flatMap((file) => findingsOfImports(file, importRules)));
});

test("folders import only what stands below them, and nothing in a circle", () => {
  expectNone(sources.flatMap((file) => findingsOfFloors(file, floors)));
  expectNone(findingsOfCircles(sources));
});

test("files, functions and lines stay short", () => {
  expectNone(sources.flatMap((file) => findingsOfSizes(file, limits, ceilings)));
});

test("calls that have one place are nowhere else", () => {
  expectNone(sources.flatMap((file) => findingsOfBans(file, bans)));
});

test("no file is a drawer", () => {
  expectNone(sources.flatMap(findingsOfNames));
});
