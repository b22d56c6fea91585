/**
 * JSON as protobuf's own reader takes it: names of members may stand without quotes, texts between
 * single ones, and a comma may stand behind the last member.
 */

export type Relaxed = null | boolean | number | string | Relaxed[] | { [name: string]: Relaxed };

/** One sentence that says where. */
export class RelaxedJsonError extends Error {}

const DEEPEST = 32;
const NAME = /[A-Za-z_][\w]*/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
const WORDS: Readonly<Record<string, Relaxed>> = { true: true, false: false, null: null };

/** Throws RelaxedJsonError. */
export function parseRelaxedJson(text: string): Relaxed {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.demandEnd();
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Relaxed {
    if (depth > DEEPEST) this.refuse("too deep");
    this.skipBlanks();
    const next = this.text[this.at];
    if (next === "{") return this.map(depth);
    if (next === "[") return this.list(depth);
    return next === '"' || next === "'" ? this.string() : this.plain();
  }

  demandEnd(): void {
    this.skipBlanks();
    if (this.at < this.text.length) this.refuse("nothing more");
  }

  private map(depth: number): Relaxed {
    const map: Record<string, Relaxed> = Object.create(null);
    this.members("{", "}", () => {
      const name = this.memberName();
      this.take(":");
      if (name in map) this.refuse(`"${name}" once`);
      map[name] = this.value(depth + 1);
    });
    return map;
  }

  private list(depth: number): Relaxed {
    const list: Relaxed[] = [];
    this.members("[", "]", () => list.push(this.value(depth + 1)));
    return list;
  }

  private members(open: string, close: string, read: () => void): void {
    this.take(open);
    while (!this.takes(close)) {
      read();
      if (this.takes(close)) return;
      this.take(",");
    }
  }

  private memberName(): string {
    this.skipBlanks();
    const next = this.text[this.at];
    if (next === '"' || next === "'") return this.string();
    return this.match(NAME) ?? this.refuse("the name of a member");
  }

  private string(): string {
    const found = this.match(TEXT) ?? this.refuse("the end of a text");
    const inner = found.slice(1, -1).replaceAll("\\'", "'");
    const quoted = found[0] === "'" ? inner.replaceAll('"', '\\"') : inner;
    try {
      return JSON.parse(`"${quoted}"`);
    } catch {
      return this.refuse("a text of JSON");
    }
  }

  private plain(): Relaxed {
    const number = this.match(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.match(NAME) ?? "";
    return Object.hasOwn(WORDS, word) ? WORDS[word] : this.refuse("a value");
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private takes(character: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private take(character: string): void {
    if (!this.takes(character)) this.refuse(`"${character}"`);
  }

  private skipBlanks(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }

  private refuse(wanted: string): never {
    throw new RelaxedJsonError(`${wanted} is expected at character ${this.at + 1}`);
  }
}
