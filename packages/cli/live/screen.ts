/**
 * For tests: what a terminal shows after all that was written to it. Knows what the board and the
 * report use: line ends, up, erasing, colours.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what it reads
const PIECE = /\u001b\[([?\d;]*)([A-Za-z])|\r|\n|[^\u001b\r\n]+/g;

export class TerminalScreen {
  private readonly rows: string[] = [""];
  private row = 0;
  private column = 0;

  constructor(private readonly columns: number) {}

  /** Every row from the top, also what a real one has scrolled away. */
  get lines(): string[] {
    return this.rows.map((row) => row.trimEnd());
  }

  write(text: string): void {
    for (const [piece, amount, command] of text.matchAll(PIECE)) {
      if (command !== undefined) this.obey(command, amount);
      else if (piece === "\r") this.column = 0;
      else if (piece === "\n") this.down();
      else for (const character of piece) this.put(character);
    }
  }

  private obey(command: string, amount: string): void {
    if (command === "A") this.row = Math.max(0, this.row - Number(amount));
    else if (command === "K" && amount === "2") this.rows[this.row] = "";
    else if (command === "J" && amount === "") this.eraseBelow();
    else if (command !== "m") throw new Error(`the terminal is told ${amount}${command}`);
  }

  private eraseBelow(): void {
    this.rows[this.row] = this.rows[this.row].slice(0, this.column);
    this.rows.length = this.row + 1;
  }

  private down(): void {
    this.row++;
    if (this.row === this.rows.length) this.rows.push("");
  }

  private put(character: string): void {
    if (this.column === this.columns) {
      this.column = 0;
      this.down();
    }
    const before = this.rows[this.row].padEnd(this.column);
    this.rows[this.row] = before.slice(0, this.column) + character + before.slice(this.column + 1);
    this.column++;
  }
}
