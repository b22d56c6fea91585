/** In which order files stand: no circle of imports, and within a room no folder that looks up. */
import { dirname, join } from "node:path/posix";
import { importsOf } from "./imports.ts";
import { type Finding, finding, type SourceFile } from "./source-file.ts";

/** Of a room: its folders, each importing only those before it. `""` is the room itself. */
export type Floors = Readonly<Record<string, readonly string[]>>;

export function findingsOfFloors(file: SourceFile, floors: Floors): Finding[] {
  const order = floors[file.room ?? ""];
  if (!order || file.isTest) return [];
  const mine = floorOf(file.path, file.room!, order);
  if (mine < 0) return [finding(file, 0, `its folder is not among the floors of ${file.room}`)];
  return importsOf(file).flatMap(({ lineIndex, specifier }) => {
    const target = targetOf(file, specifier);
    if (!target?.startsWith(`packages/${file.room}/`)) return [];
    if (floorOf(target, file.room!, order) <= mine) return [];
    const below = order.slice(0, mine).filter(Boolean).join(", ") || "nothing";
    return [finding(file, lineIndex, `"${specifier}" looks up (below it: ${below})`)];
  });
}

function floorOf(path: string, room: string, order: readonly string[]): number {
  const [first, ...rest] = path.slice(`packages/${room}/`.length).split("/");
  return order.indexOf(rest.length > 0 ? first : "");
}

/** Each circle once, as the files along it. Tests may import what they test in any way. */
export function findingsOfCircles(files: readonly SourceFile[]): Finding[] {
  const graph = new Map(files.filter(({ isTest }) => !isTest).map((file) => [file.path, file]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) findings.push(`a circle: ${[...trail.slice(at), path].join(" → ")}`);
    const file = graph.get(path);
    if (at >= 0 || done.has(path) || !file) return;
    for (const { specifier } of importsOf(file)) {
      const target = targetOf(file, specifier);
      if (target) walk(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return findings;
}

/** The file that an import of the checkout means; `undefined` for packages and the runtime. */
function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(file.path), specifier);
  const inRoom = /^@nightjar\/(.+)$/.exec(specifier);
  return inRoom ? `packages/${inRoom[1]}` : undefined;
}
