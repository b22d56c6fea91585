/**
 * Orders as they arrive at an agent: parts that are acknowledged one by one, put together, and
 * believed only when their hash is right.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import { decodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { STORE } from "../limits.ts";
import type { Parcel } from "../messages.ts";
import { joined } from "../parcel.ts";
import { sha256 } from "./hash.ts";

/** The files of an order, and the plan around them. */
const MOST_BYTES = 2 * STORE.orderBytes;

export class OrderPost {
  /** Of the message that comes next. */
  private number = 1;
  private parts: (Uint8Array | undefined)[] = [];
  private bytes = 0;

  /** Whether it has not come before. */
  isNew({ number, part }: Parcel): boolean {
    return number === this.number && this.parts[part] === undefined;
  }

  /**
   * The message, when its last part has come. What came before comes to nothing again. Throws
   * `protocol` for what a coordinator cannot have sent.
   */
  add(parcel: Parcel): Message | undefined {
    if (parcel.number < this.number) return undefined;
    this.check(parcel);
    if (this.parts.length === 0) this.parts = new Array(parcel.parts).fill(undefined);
    if (this.parts[parcel.part] === undefined) {
      if (this.bytes + parcel.bytes.length > MOST_BYTES) fault(`longer than ${MOST_BYTES} bytes`);
      this.parts[parcel.part] = parcel.bytes;
      this.bytes += parcel.bytes.length;
    }
    return this.parts.includes(undefined) ? undefined : this.take(parcel.sha256);
  }

  private check({ number, part, parts }: Parcel): void {
    const known = this.parts.length || parts;
    if (number !== this.number) fault(`message ${number} came before message ${this.number}`);
    if (parts !== known) fault(`part ${part} of ${parts} of message ${number}`);
  }

  private take(hash: string): Message {
    const whole = joined(this.parts as Uint8Array[]);
    this.parts = [];
    this.bytes = 0;
    if (sha256(whole) !== hash) fault("its hash is not that of what came");
    this.number++;
    return decodeFrame(whole) as Message;
  }
}

function fault(what: string): never {
  throw new NightjarError("protocol", `an order is malformed: ${what}`);
}
