/** A service of ours at an address keeps to what a LoadGenerator is; over a link too. */
import { afterAll } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryLink } from "@nightjar/core/run/memory-link.ts";
import { remote, serve } from "@nightjar/core/run/remote.ts";
import { conformance, type Subject } from "@nightjar/testkit/conformance.ts";
import { startProcess } from "@nightjar/testkit/processes.ts";
import { NIGHTHAWK_CAPABILITIES } from "./driver.ts";
import { serviceGenerator } from "./service.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function subject(): Promise<Subject> {
  const file = join(folder, crypto.randomUUID());
  const flags = ["--listen", "127.0.0.1:0", "--listener-address-file", file];
  const service = await startProcess({
    name: "nighthawk-service",
    command: [process.execPath, MAIN, "nighthawk-service", ...flags],
  });
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await Bun.sleep(20);
  const address = readFileSync(file, "utf8");
  return {
    generator: serviceGenerator({ capabilities: NIGHTHAWK_CAPABILITIES, address, workers: 1 }),
    dispose: () => service.stop(),
  };
}

async function behindLink(): Promise<Subject> {
  const { generator, dispose } = await subject();
  const [parent, child] = memoryLink();
  void serve(generator, child);
  return {
    generator: remote(generator.capabilities, parent),
    async dispose() {
      parent.close("the test is over");
      await dispose();
    },
  };
}

conformance("a Nighthawk service", subject, NIGHTHAWK_CAPABILITIES);
conformance("a Nighthawk service behind a link", behindLink, NIGHTHAWK_CAPABILITIES);
