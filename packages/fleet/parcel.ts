/**
 * Parcels: one message of any length in parts that a broker carries, in a stream.
 *
 *     number u32 │ part u32 │ parts u32 │ 0 u32 │ bytes
 *
 * Little-endian. `number` counts the messages of one sender.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { MAX_FRAME_BYTES } from "@nightjar/core/run/codec.ts";

const HEADER_BYTES = 16;
/** More parts than the longest message needs. */
const MAX_PARTS = 4096;
/** Of one sender: what it had on its way when it died, several times over. */
const MOST_INCOMPLETE = 256;

/** At least one. `mostBytes`: of a part with its header. */
export function partsOf(number: number, bytes: Uint8Array, mostBytes: number): Uint8Array[] {
  const room = mostBytes - HEADER_BYTES;
  const parts = Math.max(1, Math.ceil(bytes.length / room));
  return Array.from({ length: parts }, (_, part) => {
    const body = bytes.subarray(part * room, (part + 1) * room);
    const whole = new Uint8Array(HEADER_BYTES + body.length);
    const view = new DataView(whole.buffer);
    for (const [at, value] of [number, part, parts].entries()) view.setUint32(at * 4, value, true);
    whole.set(body, HEADER_BYTES);
    return whole;
  });
}

interface Incomplete {
  readonly parts: number;
  readonly known: Map<number, Uint8Array>;
  bytes: number;
}

/**
 * Of one sender. Parts may come in any order and more than once. Of too many messages that lack
 * something the oldest goes.
 */
export class Assembler {
  private readonly incomplete = new Map<number, Incomplete>();

  /**
   * The message, when its last part has come; again if all its parts come again. Throws `protocol`.
   */
  add(whole: Uint8Array): Uint8Array | undefined {
    if (whole.length < HEADER_BYTES) malformed("shorter than its header");
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    const [number, part, parts] = [0, 4, 8].map((at) => view.getUint32(at, true));
    if (parts === 0 || parts > MAX_PARTS || part >= parts) malformed(`part ${part} of ${parts}`);
    const body = whole.subarray(HEADER_BYTES);
    return parts === 1 ? body : this.collect(number, part, parts, body);
  }

  private collect(number: number, part: number, parts: number, body: Uint8Array) {
    const one = this.incomplete.get(number) ?? this.begin(number, parts);
    if (one.parts !== parts) malformed(`message ${number} in ${parts} parts, and in others`);
    if (!one.known.has(part)) {
      one.known.set(part, body);
      one.bytes += body.length;
    }
    if (one.bytes > MAX_FRAME_BYTES) malformed(`message ${number} is longer than any`);
    if (one.known.size < parts) return undefined;
    this.incomplete.delete(number);
    return joined(Array.from({ length: parts }, (_, at) => one.known.get(at) as Uint8Array));
  }

  private begin(number: number, parts: number): Incomplete {
    const fresh = { parts, known: new Map<number, Uint8Array>(), bytes: 0 };
    this.incomplete.set(number, fresh);
    if (this.incomplete.size > MOST_INCOMPLETE) {
      this.incomplete.delete(this.incomplete.keys().next().value as number);
    }
    return fresh;
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function malformed(what: string): never {
  throw new NightjarError("protocol", `a parcel is malformed: ${what}`);
}
