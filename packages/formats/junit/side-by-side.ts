/**
 * Several Results as JUnit XML: a suite for each run, and the counts of all on top. A generator
 * that gave no Result, or did not run, is one error.
 */
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { DID_NOT_RUN, namedRuns } from "../side-by-side/runs.ts";
import { documentOf, failedSuite, nameOf, suiteOf } from "./junit.ts";

/** Ends with a newline. */
export function junitOfSeveral(document: SideBySide): string {
  const names = new Set<string>();
  const own = (run: string) => {
    const wanted = nameOf(`${document.name}: ${run}`);
    const name = names.has(wanted) ? `${wanted} (${names.size + 1})` : wanted;
    names.add(name);
    return name;
  };
  return documentOf([
    ...namedRuns(document).map(({ name, result }) => suiteOf(result, own(name))),
    ...document.failures.map(({ generator, message }) => failedSuite(own(generator), message)),
    ...document.notRun.map((name) => failedSuite(own(name), `it ${DID_NOT_RUN}`)),
  ]);
}
