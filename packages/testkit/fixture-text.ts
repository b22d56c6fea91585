/** The text of a file that lies in the folder `fixtures` beside a test. */
import { readFileSync } from "node:fs";

/** `test`: the `import.meta.url` of the test. */
export function fixturesOf(test: string): (name: string) => string {
  return (name) => readFileSync(new URL(`fixtures/${name}`, test), "utf8");
}
