/** A parser of responses that does not read a head again which is the same as the one before. */
import type { HeadMemory, KnownHead } from "./head-memory.ts";
import { ResponseParser } from "./response-parser.ts";

export class RememberingParser extends ResponseParser implements KnownHead {
  /** As the head has it, where that is all there is to know of the body; −1 else. */
  bodyBytes = -1;
  private heads = 0;

  /** `memory`: shared by the connections of a worker. */
  constructor(private readonly memory: HeadMemory) {
    super();
  }

  override next(head: boolean): void {
    super.next(head);
    this.bodyBytes = -1;
    this.heads = 0;
  }

  override feed(chunk: Uint8Array, at: number): number {
    return this.begun || this.head ? super.feed(chunk, at) : this.feedFirst(chunk, at);
  }

  /** The first bytes of a response: its head may be known. */
  private feedFirst(chunk: Uint8Array, at: number): number {
    const { memory } = this;
    const known = memory.match(chunk, at);
    if (known > 0) {
      this.status = memory.status;
      this.close = memory.close;
      this.expectBody(memory.bodyBytes);
      return super.feed(chunk, at + known);
    }
    const stopped = super.feed(chunk, at);
    const isWhole = this.bodyBytes >= 0 && this.heads === 1;
    if (isWhole) memory.keep(chunk, at, this.headBytes, this);
    return stopped;
  }

  protected override endHead(): void {
    this.heads++;
    super.endHead();
  }

  protected override expectBody(bytes: number): void {
    this.bodyBytes = bytes;
    super.expectBody(bytes);
  }
}
