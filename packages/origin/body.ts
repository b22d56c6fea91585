/**
 * Reads and discards the body of a request, however it is cut into pieces.
 *
 *   none ──expectLength──▶ length ──(0 left)──▶ none
 *   none ──expectChunks──▶ size ─(;)─▶ extension ─CR─▶ size-lf ─LF─▶ data | trailer (size 0)
 *                            └───────── CR ────────────▶ ┘
 *   data ──(0 left)──▶ data-cr ─CR─▶ data-lf ─LF─▶ size;   trailer ──(empty line)──▶ none
 *   any of the chunked states ──(a byte that does not belong)──▶ broken
 */

export const CHUNK_SIZE_DIGITS_MAX = 12;
/** Of the extensions and trailers of one body together. */
export const CHUNK_EXTRA_BYTES_MAX = 64 * 1024;

type Bulk = "length" | "data";
type Stepped = "size" | "extension" | "size-lf" | "data-cr" | "data-lf" | "trailer";

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

export class Body {
  private state: "none" | "broken" | Bulk | Stepped = "none";
  private left = 0;
  private digits = 0;
  private extraBytes = 0;
  private lineBytes = 0;

  get done(): boolean {
    return this.state === "none";
  }

  get broken(): boolean {
    return this.state === "broken";
  }

  expectLength(bytes: number): void {
    this.left = bytes;
    this.state = bytes > 0 ? "length" : "none";
  }

  expectChunks(): void {
    this.extraBytes = 0;
    this.beginSize();
  }

  /** Takes what belongs to the body from `bytes[from…]` and returns the place after it. */
  consume(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const { state } = this;
      if (state === "none" || state === "broken") return at;
      if (state === "length" || state === "data") at += this.skip(state, bytes.length - at);
      else this.step(state, bytes[at++]);
    }
    return at;
  }

  private skip(state: Bulk, available: number): number {
    const taken = Math.min(this.left, available);
    this.left -= taken;
    if (this.left === 0) this.state = state === "length" ? "none" : "data-cr";
    return taken;
  }

  private step(state: Stepped, byte: number): void {
    if (state === "size") this.readSize(byte);
    else if (state === "extension") this.readExtension(byte);
    else if (state === "trailer") this.readTrailer(byte);
    else if (state === "size-lf") this.expect(byte, LF, this.left > 0 ? "data" : "trailer");
    else if (state === "data-cr") this.expect(byte, CR, "data-lf");
    else if (byte === LF) this.beginSize();
    else this.state = "broken";
  }

  private expect(byte: number, wanted: number, next: Bulk | Stepped): void {
    this.state = byte === wanted ? next : "broken";
    this.lineBytes = 0;
  }

  private beginSize(): void {
    this.state = "size";
    this.left = 0;
    this.digits = 0;
  }

  private readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.digits < CHUNK_SIZE_DIGITS_MAX) {
      this.digits++;
      this.left = this.left * 16 + digit;
    } else if (this.digits > 0 && byte === CR) this.state = "size-lf";
    else if (this.digits > 0 && byte === SEMICOLON) this.state = "extension";
    else this.state = "broken";
  }

  private readExtension(byte: number): void {
    if (byte === CR) this.state = "size-lf";
    else if (++this.extraBytes > CHUNK_EXTRA_BYTES_MAX || byte === LF) this.state = "broken";
  }

  private readTrailer(byte: number): void {
    if (byte === CR) return;
    if (byte !== LF) this.lineBytes++;
    else if (this.lineBytes === 0) this.state = "none";
    else this.lineBytes = 0;
    if (++this.extraBytes > CHUNK_EXTRA_BYTES_MAX) this.state = "broken";
  }
}
