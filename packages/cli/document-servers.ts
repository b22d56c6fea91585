/** For tests: examples of documents that serve, or dial a server, as far as they go alone. */
import { expect } from "bun:test";
import { cli, type Folder, startCli } from "./child-cli.ts";

/** All but the NATS server: the first thing that is missed is one that listens. */
export async function expectDialled(args: string[], { path: cwd }: Folder): Promise<void> {
  const given = args.map((word, at) => (args[at - 1] === "--nats" ? "nats://127.0.0.1:9" : word));
  const { code, err } = await cli(given, { cwd });
  expect([args, err, code]).toEqual([args, expect.stringContaining("connection was refused"), 1]);
}

/** On any free port, and until standard input ends, which is at once. */
export async function expectServer(args: string[], { path: cwd }: Folder): Promise<void> {
  const words = args.map((word, at) => (args[at - 1] === "--port" ? "0" : word));
  const { code, err, out } = await cli(["testserver", ...words, "--until-eof"], { cwd });
  expect([args, err, code]).toEqual([args, "", 0]);
  expect(out).toStartWith("testserver listening on ");
}

/** On any free port, until it listens. */
export async function expectService(args: string[], { path: cwd }: Folder): Promise<void> {
  const free = (word: string) => word.replace(/\d+$/, "0");
  const words = args.map((word, at) => (args[at - 1] === "--listen" ? free(word) : word));
  const listen = words.includes("--listen") ? words : ["--listen", "127.0.0.1:0", ...words];
  const service = startCli(["nighthawk-service", ...listen], { cwd });
  await service.untilNoted(/^nighthawk-service listening on /m);
  service.process.kill("SIGTERM");
  expect([args, (await service.ended).code]).toEqual([args, 0]);
}
