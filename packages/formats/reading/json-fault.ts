/** Where a text stops being JSON, which the runtime's own parser does not say. */

export interface JsonFault {
  /** In the text, from 0; its length where the text ends too early. */
  readonly offset: number;
  readonly wanted: string;
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

const WANTED = {
  value: "a value",
  firstItem: "a value or ]",
  key: "a key in quotes",
  firstKey: "a key in quotes or }",
  colon: ":",
  afterItem: ", or ]",
  afterMember: ", or }",
  end: "the end",
} as const;
type State = keyof typeof WANTED;

class Scanner {
  at = 0;
  state: State = "value";
  private readonly open: ("[" | "{")[] = [];

  constructor(private readonly text: string) {}

  /** Takes one token; `false`: there is none that may stand here. */
  step(): boolean {
    this.take(SPACE);
    switch (this.state) {
      case "value":
        return this.takeValue();
      case "firstItem":
        return this.close("]") || this.takeValue();
      case "key":
        return this.takeKey();
      case "firstKey":
        return this.close("}") || this.takeKey();
      case "colon":
        return this.takeSign(":", "value");
      case "afterItem":
        return this.close("]") || this.takeSign(",", "value");
      case "afterMember":
        return this.close("}") || this.takeSign(",", "key");
      case "end":
        return false;
    }
  }

  get isWhole(): boolean {
    return this.state === "end" && this.at === this.text.length;
  }

  private take(token: RegExp): boolean {
    token.lastIndex = this.at;
    const found = token.exec(this.text);
    if (found === null) return false;
    this.at += found[0].length;
    return true;
  }

  private takeSign(sign: string, next: State): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    this.state = next;
    return true;
  }

  private takeKey(): boolean {
    if (!this.take(STRING)) return false;
    this.state = "colon";
    return true;
  }

  private takeValue(): boolean {
    if (this.takeSign("[", "firstItem")) return this.open.push("[") > 0;
    if (this.takeSign("{", "firstKey")) return this.open.push("{") > 0;
    if (!this.take(STRING) && !this.take(SCALAR)) return false;
    this.state = this.afterValue();
    return true;
  }

  private close(sign: "]" | "}"): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    this.open.pop();
    this.state = this.afterValue();
    return true;
  }

  private afterValue(): State {
    const around = this.open[this.open.length - 1];
    if (around === undefined) return "end";
    return around === "[" ? "afterItem" : "afterMember";
  }
}

/** `undefined`: the text is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const scanner = new Scanner(text);
  while (scanner.step());
  if (scanner.isWhole) return undefined;
  return { offset: scanner.at, wanted: WANTED[scanner.state] };
}
