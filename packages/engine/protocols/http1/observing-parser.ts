/**
 * A parser of responses that also looks at what the plan asks of them: headers and body are checked
 * and numbers recorded as the bytes come. Heads of interim responses and trailers are not looked
 * at.
 */
import type { CheckKind } from "@nightjar/core/plan/check.ts";
import type { CheckFault } from "../../check-fault.ts";
import { BodyObserver, type WatchedBody } from "./body-observer.ts";
import { ChunkedBody } from "./chunked-body.ts";
import { HeaderObserver, type WatchedHeaders } from "./header-observer.ts";
import { ResponseParser } from "./response-parser.ts";

/** The data of chunks is of the body. */
class ObservedChunks extends ChunkedBody {
  constructor(private readonly body: BodyObserver) {
    super();
  }

  protected override feedData(bytes: Uint8Array, at: number): number {
    const stopped = super.feedData(bytes, at);
    this.body.take(bytes, at, stopped);
    return stopped;
  }
}

export class ObservingParser extends ResponseParser implements CheckFault {
  override readonly recorded: Float64Array<ArrayBuffer>;
  private readonly headers: HeaderObserver;
  protected readonly body: BodyObserver;
  /** In the head of the answer itself, and some header matters. */
  private inHead = false;
  /** Of the rejection. */
  kind: CheckKind = "check-header";
  private place = 0;

  constructor(headers: WatchedHeaders, watchedBody: WatchedBody) {
    const body = new BodyObserver(watchedBody);
    super(new ObservedChunks(body));
    this.body = body;
    this.headers = new HeaderObserver(headers);
    this.recorded = this.headers.recorded;
  }

  override next(head: boolean): void {
    super.next(head);
    this.inHead = this.headers.isNeeded;
    this.headers.start();
    this.body.start();
  }

  /** What is wrong with the answer that was rejected. */
  sentence(): string {
    const { kind, place } = this;
    return kind === "check-header" ? this.headers.sentence(place) : this.body.sentence(place);
  }

  protected override readField(bytes: Uint8Array, from: number, colon: number, to: number): void {
    super.readField(bytes, from, colon, to);
    if (this.inHead && this.status >= 200 && this.fault === null)
      this.headers.field(bytes, from, colon, to);
  }

  protected override readFold(bytes: Uint8Array, from: number, to: number): void {
    super.readFold(bytes, from, to);
    if (this.inHead) this.headers.fold(bytes, from, to);
  }

  protected override endHead(): void {
    if (this.inHead && this.status >= 200) {
      this.inHead = false;
      this.headers.end();
    }
    super.endHead();
  }

  protected override feedBody(chunk: Uint8Array, at: number): number {
    this.body.take(chunk, at, Math.min(chunk.length, at + this.remaining));
    return super.feedBody(chunk, at);
  }

  protected override feedUntilClose(chunk: Uint8Array, at: number): number {
    this.body.take(chunk, at, chunk.length);
    return chunk.length;
  }

  protected override finish(): void {
    super.finish();
    const header = this.headers.firstFailed();
    const body = header < 0 ? this.body.firstFailed() : -1;
    this.kind = header < 0 ? "check-body" : "check-header";
    this.place = header < 0 ? body : header;
    this.rejection = this.place < 0 ? null : this;
  }
}
