/** For tests: the Nighthawk service in a process of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ChildCli, type Folder, startCli } from "./child-cli.ts";

export interface ChildService {
  /** HOST:PORT */
  readonly address: string;
  readonly child: ChildCli;
  /** Ends it and gives what it said. */
  stop(): Promise<{ readonly code: number; readonly err: string }>;
}

/** On any free port of loopback, unless `args` say otherwise. */
export async function startChildService(
  folder: Folder,
  ...args: readonly string[]
): Promise<ChildService> {
  const file = join(folder.path, `address-${crypto.randomUUID()}`);
  const listen = args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const child = startCli(
    ["nighthawk-service", ...listen, "--listener-address-file", file, ...args],
    { cwd: folder.path },
  );
  await child.untilNoted(/listening on/);
  return {
    address: readFileSync(file, "utf8"),
    child,
    async stop() {
      child.process.kill("SIGTERM");
      return child.ended;
    },
  };
}
