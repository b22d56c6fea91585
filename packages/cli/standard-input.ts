/** Standard input, read whole and bounded, whatever it is: a pipe, a file, a terminal. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { reasonOf } from "./file-fault.ts";

/** As people write it where a file is wanted. */
export const STANDARD_INPUT = "-";

/** Throws `bad-usage` for what cannot be read, or holds more than `maxBytes`. */
export async function readStandardInput(maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  try {
    for await (const chunk of Bun.stdin.stream()) {
      chunks.push(chunk);
      left -= chunk.length;
      if (left < 0) break;
    }
  } catch (error) {
    throw new NightjarError("bad-usage", `standard input: ${reasonOf(error)}`);
  }
  if (left >= 0) return new Uint8Array(Buffer.concat(chunks));
  throw new NightjarError(
    "bad-usage",
    `standard input: at most ${maxBytes} bytes, and it holds more`,
  );
}
