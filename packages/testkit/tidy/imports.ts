/** Which room may import what. */
import { dirname, join } from "node:path/posix";
import { type Finding, finding, type SourceFile } from "./source-file.ts";

export interface Room {
  /** The rooms it may import, or every room. */
  imports: readonly string[] | "every room";
  /** Runs anywhere: nothing of Node or Bun. */
  isPure?: boolean;
}

export interface ImportRules {
  rooms: Readonly<Record<string, Room>>;
  /** The npm packages that a room's own package.json names. */
  packagesOf(room: string): ReadonlySet<string>;
  /** Packages and rooms that tests may use beside their room's own. */
  packagesOfTests: ReadonlySet<string>;
}

export interface Import {
  lineIndex: number;
  specifier: string;
}

export function findingsOfImports(file: SourceFile, rules: ImportRules): Finding[] {
  if (file.room === undefined) return [];
  const room = rules.rooms[file.room];
  if (!room) return [finding(file, 0, `the room ${file.room} is not in the table of rooms`)];
  return importsOf(file).flatMap(({ lineIndex, specifier }) => {
    const objection = objectionTo(specifier, file, room, rules);
    return objection ? [finding(file, lineIndex, objection)] : [];
  });
}

const STATEMENT = /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^\s*import\s*["']([^"']+)["']/gm;
const CALL = /\b(?:import|require)\(\s*["']([^"']+)["']\s*\)/g;

export function importsOf(file: SourceFile): Import[] {
  const text = file.code.join("\n");
  return [STATEMENT, BARE, CALL].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), (match) => ({
      lineIndex: lineIndexAt(text, match.index + match[0].length),
      specifier: match[1],
    })),
  );
}

function lineIndexAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}

function objectionTo(
  specifier: string,
  file: SourceFile,
  room: Room,
  rules: ImportRules,
): string | undefined {
  if (specifier.startsWith(".")) return objectionToRelative(specifier, file);
  if (specifier.startsWith("@nightjar/")) return objectionToRoom(specifier, file, room, rules);
  if (/^(node:|bun$|bun:)/.test(specifier)) return objectionToRuntime(specifier, file, room);
  return objectionToPackage(specifier, file, rules);
}

function objectionToRelative(specifier: string, file: SourceFile): string | undefined {
  const target = join(dirname(file.path), specifier);
  if (target.startsWith(`packages/${file.room}/`)) return undefined;
  return `"${specifier}" leaves the room ${file.room}: import @nightjar/…`;
}

function objectionToRoom(
  specifier: string,
  file: SourceFile,
  room: Room,
  rules: ImportRules,
): string | undefined {
  const target = specifier.split("/")[1];
  if (!rules.rooms[target])
    return `"${specifier}": there is no room ${target} in the table of rooms`;
  if (target === file.room) return `"${specifier}" is the same room: import it by a relative path`;
  if (file.isTest || room.imports === "every room" || room.imports.includes(target))
    return undefined;
  return `${file.room} may not import ${target} (allowed: ${room.imports.join(", ") || "no room"})`;
}

function objectionToRuntime(specifier: string, file: SourceFile, room: Room): string | undefined {
  if (!room.isPure || file.isTest) return undefined;
  return `${file.room} is pure: it may not import "${specifier}"`;
}

function objectionToPackage(
  specifier: string,
  file: SourceFile,
  rules: ImportRules,
): string | undefined {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (rules.packagesOf(file.room!).has(name)) return undefined;
  if (file.isTest && rules.packagesOfTests.has(name)) return undefined;
  return `the package ${name} is not in packages/${file.room}/package.json`;
}
