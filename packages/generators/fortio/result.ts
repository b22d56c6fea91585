/** The result that fortio writes at its end, or why there is none. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { type FortioResult, parseFortio } from "@nightjar/formats/fortio/parse-fortio.ts";

export type { FortioResult };

/** Never throws: `fault` is one sentence. */
export function readFortioResult(text: string): FortioResult | { readonly fault: string } {
  if (text.trim() === "") return { fault: "fortio wrote no result" };
  try {
    return parseFortio(text);
  } catch (error) {
    if (!(error instanceof NightjarError)) throw error;
    return { fault: error.message };
  }
}
