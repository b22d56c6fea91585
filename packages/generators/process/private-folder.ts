/** A folder for the files of one run, which nobody else may read. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NightjarError } from "@nightjar/core/errors.ts";

/** Files are of mode 0600 from their first byte on. Throws `file`. */
export function makePrivateFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), "nightjar-"));
    chmodSync(folder, 0o700);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
    return folder;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new NightjarError("file", `no folder for the generator's files: ${message}`);
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
