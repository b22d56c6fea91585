/** Writes the documents that are made from tables and schemas: npm run docs */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referenceFiles } from "@nightjar/cli/reference.ts";

const root = join(import.meta.dir, "..");
for (const [path, text] of Object.entries(referenceFiles())) {
  writeFileSync(join(root, path), text);
  console.log(path);
}
