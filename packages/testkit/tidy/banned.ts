/** Calls, words and names that have one place, or none. */
import { basename, dirname } from "node:path/posix";
import { type Finding, finding, type SourceFile } from "./source-file.ts";

export interface Ban {
  pattern: RegExp;
  /** Says what to do instead. */
  message: string;
  /** Where it holds. Comments do not count, unless `inComments`. */
  appliesTo(file: SourceFile): boolean;
  inComments?: boolean;
}

export function findingsOfBans(file: SourceFile, bans: readonly Ban[]): Finding[] {
  return bans
    .filter((ban) => ban.appliesTo(file))
    .flatMap(({ pattern, message, inComments }) =>
      (inComments ? file.lines : file.code).flatMap((line, lineIndex) =>
        pattern.test(line) ? [finding(file, lineIndex, message)] : [],
      ),
    );
}

const DRAWERS = /^(utils?|helpers?|common|misc|types?)$/;

/** A file or folder that is named for nothing. */
export function findingsOfNames(file: SourceFile): Finding[] {
  const [stem] = basename(file.path).split(".");
  const drawer = [...dirname(file.path).split("/"), stem].find((name) => DRAWERS.test(name));
  return drawer ? [finding(file, 0, `"${drawer}" is a drawer: name the noun that is in it`)] : [];
}

/** Where a process begins, and so may end. */
const MAINS = ["packages/cli/main.ts", "packages/engine/worker-main.ts"];

const isSource = ({ isTest, room }: SourceFile) => !isTest && room !== undefined;

/** @param pureRooms nothing of Node or Bun in them; @param talkingRooms may use the console */
export function bansOf(pureRooms: readonly string[], talkingRooms: readonly string[]): Ban[] {
  return [
    {
      pattern: /\bprocess\.exit\(/,
      message: `process.exit only in ${MAINS.join(" and ")}: set process.exitCode, or throw`,
      appliesTo: (file) => isSource(file) && !MAINS.includes(file.path),
    },
    {
      pattern:
        /\bDate\.now\b|\bnew Date\b|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\(/,
      message: "time in core only through core/run/clock.ts",
      appliesTo: (file) =>
        isSource(file) && file.room === "core" && file.path !== "packages/core/run/clock.ts",
    },
    {
      pattern: /\b(Bun|process)\./,
      message: "the room is pure: nothing of Node or Bun",
      appliesTo: (file) => isSource(file) && pureRooms.includes(file.room!),
    },
    {
      pattern: /\bconsole\./,
      message: `console only in ${talkingRooms.join(", ")}`,
      appliesTo: (file) => isSource(file) && !talkingRooms.includes(file.room!),
    },
    {
      pattern: /^\s*export\b.*(?:[:<,|(]\s*|\bas )any\b(?=[\s,;)>[\]|={]|$)/,
      message: "no any in what a file exports",
      appliesTo: isSource,
    },
    {
      pattern: /\b(?:TO)(?:DO)\b|\b(?:FIX)(?:ME)\b/,
      message: "do it now, or open an issue",
      appliesTo: () => true,
      inComments: true,
    },
  ];
}
