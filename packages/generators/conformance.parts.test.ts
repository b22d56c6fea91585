/** Each driver keeps to what a LoadGenerator is, as far as its program can; over a link too. */
import { memoryLink } from "@nightjar/core/run/memory-link.ts";
import { remote, serve } from "@nightjar/core/run/remote.ts";
import { conformance, type Subject } from "@nightjar/testkit/conformance.ts";
import { type PartName, requirePart } from "@nightjar/testkit/parts.ts";
import { type Driver, generatorOf } from "./driver.ts";
import { DRIVERS } from "./drivers.ts";
import { findInstallation } from "./process/installation.ts";

async function subjectOf(driver: Driver): Promise<Subject> {
  const { program } = driver;
  const environment = { [program.variable]: requirePart(program.name as PartName) };
  const installation = await findInstallation(program, environment);
  return { generator: generatorOf(driver, installation), dispose: async () => {} };
}

/** The driver where the program is, and its user at the other end of a link. */
async function behindLink(driver: Driver): Promise<Subject> {
  const { generator } = await subjectOf(driver);
  const [parent, child] = memoryLink();
  void serve(generator, child);
  return {
    generator: remote(generator.capabilities, parent),
    dispose: async () => parent.close("the test is over"),
  };
}

for (const name of ["fortio", "vegeta", "wrk"] as const) {
  const driver = DRIVERS[name];
  conformance(name, () => subjectOf(driver), driver.capabilities);
  conformance(`${name} behind a link`, () => behindLink(driver), driver.capabilities);
}
