/** The text of a pattern, read from left to right by whole code points. */

/** Why a text is no pattern, as the end of a sentence. */
export class PatternFault extends Error {}

export class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get over(): boolean {
    return this.at >= this.text.length;
  }

  sees(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Goes beyond `token` where it stands here. */
  take(token: string): boolean {
    if (!this.sees(token)) return false;
    this.at += token.length;
    return true;
  }

  /** `shape` begins with `^`. */
  takeMatch(shape: RegExp): RegExpExecArray | null {
    const match = shape.exec(this.text.slice(this.at));
    if (match) this.at += match[0].length;
    return match;
  }

  next(): number {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) throw new PatternFault("it ends too early");
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }
}
