/** A refusal of what stands behind an option, with its flag. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { OptionRow } from "../options/row.ts";
import { refuseOption } from "../options/value.ts";

/** What `read` gives. Throws `bad-usage`. */
export function inOption<T>(row: OptionRow, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return refuseOption(row, error.message, error.hint);
  }
}
