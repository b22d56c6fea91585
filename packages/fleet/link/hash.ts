/** What arrives is what was sent. */
import { createHash } from "node:crypto";

/** Hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
