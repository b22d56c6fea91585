/** StreamWords: the parcels of a run's stream → its records, each of them looked at. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import { readHead, readLog } from "../border/record.ts";
import { isToken } from "../border/text.ts";
import { readUp, type Up } from "../border/up.ts";
import type { Stored } from "../bus.ts";
import { STORE } from "../limits.ts";
import { Assembler } from "../parcel.ts";
import type { Head, Log } from "../record.ts";
import { speakerOf } from "../subjects.ts";

/** What an agent's link has said. */
export interface Spoken {
  readonly child: string;
  readonly message: Up;
}

export type Word =
  | { readonly head: Head; readonly bytes: Uint8Array }
  | { readonly log: Log }
  | { readonly spoken: Spoken };

export class StreamWords {
  private readonly assemblers = new Map<string, Assembler>();

  /** When its last part has come. Throws `protocol` for what nobody of ours has written. */
  read({ subject, payload }: Pick<Stored, "subject" | "payload">): Word | undefined {
    const speaker = speakerOf(subject);
    if (speaker === undefined) malformed("it stands where nobody of a run writes");
    const bytes = this.assemblerOf(subject).add(payload);
    if (bytes === undefined) return undefined;
    const record = decodeFrame(bytes);
    if (typeof record !== "object" || record === null) malformed("it is no record");
    if (speaker === "head") return { head: readHead(record), bytes };
    if (speaker === "log") return { log: readLog(record) };
    return { spoken: spokenBy(speaker.child, record) };
  }

  private assemblerOf(subject: string): Assembler {
    const known = this.assemblers.get(subject);
    if (known) return known;
    if (this.assemblers.size > STORE.agents + 2) malformed("there are more writers than agents");
    const fresh = new Assembler();
    this.assemblers.set(subject, fresh);
    return fresh;
  }
}

function spokenBy(child: string, record: object): Spoken {
  if (!isToken(child)) malformed("nobody has such a name");
  const message = readUp(record);
  if (message.type === "event" && message.event.child !== child) {
    malformed("it speaks for another");
  }
  return { child, message };
}

export function malformed(what: string): never {
  throw new NightjarError("protocol", `it is malformed: ${what}`);
}
