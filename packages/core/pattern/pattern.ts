/**
 * Pattern: a regular expression that looks at each byte once, as it comes, in time that grows with
 * the text alone and without keeping the text. A backtracking matcher may take for ever, and
 * JavaScript's own says "no match" where it gives up: 16 s on 6,000 bytes by
 * `bun -e 'console.time(); /x.*y.*z/.test("xy".repeat(3000)); console.timeEnd()'`.
 *
 * A state is the set of threads of the program that are alive between two bytes. States are made
 * when they are first reached and kept, so that in the long run a byte costs one look into a table.
 *
 *     state ──byte──▶ state ──byte──▶ … ──▶ matched (never left)
 */
import { WORD } from "./code-points.ts";
import type { Encoding } from "./encoding.ts";
import { type Program, programOf } from "./program.ts";
import { type Assertion, parseTree } from "./syntax.ts";

export { PatternFault } from "./reader.ts";

/** What stands beside a place between two bytes. */
const NOTHING = 0;
const WORD_BYTE = 1;
const OTHER_BYTE = 2;
/** Before it there is no place between two characters. */
const CONTINUATION_BYTE = 3;

/** What is kept; beyond it all is forgotten and made anew. */
const MAX_STATES = 2000;
const MAX_THREADS = 500_000;

/** In the table of transitions. */
const UNKNOWN = -1;
const MATCHED = -2;

/** The end of the text, where a byte is asked for. */
const NO_BYTE = -1;
const FIRST_ROWS = 16;

/** Where a text stands with a pattern. */
export interface PatternState {
  /** The instructions at which threads stand, in order. */
  readonly threads: readonly number[];
  /** What the last byte is to its neighbours. */
  readonly before: number;
  /** Where its row begins in the table of that generation. */
  row: number;
  generation: number;
  matchesAtEnd: boolean | null;
}

function stateOf(threads: readonly number[], before: number): PatternState {
  return { threads, before, row: 0, generation: 0, matchesAtEnd: null };
}

/** What each byte is to its neighbours; all the same where no assertion asks. */
function neighboursOf({ code }: Program, encoding: Encoding): Uint8Array {
  const kinds = new Uint8Array(256).fill(OTHER_BYTE);
  if (!code.some(({ op }) => op === "assert")) return kinds;
  for (const [low, high] of WORD) kinds.fill(WORD_BYTE, low, high + 1);
  if (encoding === "utf8") kinds.fill(CONTINUATION_BYTE, 0x80, 0xc0);
  return kinds;
}

/** Bytes that no instruction tells apart have the same class. */
function classesOf({ code }: Program, neighbours: Uint8Array): Uint8Array {
  const starts = new Set<number>();
  for (const instruction of code) {
    if (instruction.op === "bytes") starts.add(instruction.low).add(instruction.high + 1);
  }
  const isStart = (byte: number) => starts.has(byte) || neighbours[byte] !== neighbours[byte - 1];
  let last = 0;
  return Uint8Array.from(neighbours, (_, byte) => (byte > 0 && isStart(byte) ? ++last : last));
}

function holds(what: Assertion, before: number, after: number): boolean {
  if (what === "start") return before === NOTHING;
  if (what === "end") return after === NOTHING;
  if (after === CONTINUATION_BYTE) return false;
  const isBoundary = (before === WORD_BYTE) !== (after === WORD_BYTE);
  return isBoundary === (what === "boundary");
}

export class Pattern {
  /** Before the first byte. */
  readonly start: PatternState;
  /** Found: what follows changes nothing. */
  readonly matched: PatternState;

  private readonly program: Program;
  private readonly classes: Uint8Array;
  private readonly classCount: number;
  private readonly neighbours: Uint8Array;
  /** A row for each state: the row of the next by the class of the byte. */
  private table: Int32Array;
  private states: PatternState[] = [];
  /** Counts how often all was forgotten. */
  private generation = 1;
  private known = new Map<string, PatternState>();
  private knownThreads = 0;
  /** By instruction: the walk in which it was reached. */
  private readonly reached: Float64Array;
  private readonly targeted: Float64Array;
  private walk = 0;
  private readonly open: number[] = [];

  /** Throws `PatternFault` with the reason. */
  constructor(
    readonly source: string,
    encoding: Encoding,
  ) {
    this.program = programOf(parseTree(source), encoding);
    const { code, start } = this.program;
    this.neighbours = neighboursOf(this.program, encoding);
    this.classes = classesOf(this.program, this.neighbours);
    this.classCount = this.classes[255] + 1;
    this.reached = new Float64Array(code.length);
    this.targeted = new Float64Array(code.length);
    this.table = new Int32Array(FIRST_ROWS * this.classCount).fill(UNKNOWN);
    this.start = stateOf([start], NOTHING);
    this.matched = { ...stateOf([], OTHER_BYTE), matchesAtEnd: true };
  }

  /** The state after `bytes[from]` … `bytes[to − 1]`. */
  after(state: PatternState, bytes: Uint8Array, from: number, to: number): PatternState {
    if (state === this.matched) return state;
    const { classes, classCount } = this;
    let row = this.rowOf(state);
    let { table } = this;
    for (let at = from; at < to; at++) {
      let next = table[row + classes[bytes[at]]];
      if (next === UNKNOWN) {
        next = this.step(this.states[row / classCount], bytes[at]);
        ({ table } = this);
      }
      if (next === MATCHED) return this.matched;
      row = next;
    }
    return this.states[row / classCount];
  }

  /** Whether the text that ends here holds a match. */
  isMatch(state: PatternState): boolean {
    state.matchesAtEnd ??= this.advance(state, NOTHING, NO_BYTE) === null;
    return state.matchesAtEnd;
  }

  /** The row of the next state. */
  private step(state: PatternState, byte: number): number {
    const after = this.neighbours[byte];
    const threads = this.advance(state, after, byte);
    const next = threads === null ? MATCHED : this.rowOf(this.intern(threads, after));
    if (state.generation === this.generation) this.table[state.row + this.classes[byte]] = next;
    return next;
  }

  /** The threads that are alive after `byte`, or `null`: one of them has matched. */
  private advance({ threads, before }: PatternState, after: number, byte: number) {
    const { code, start } = this.program;
    const { open, reached, targeted } = this;
    const walk = ++this.walk;
    const targets = [start];
    targeted[start] = walk;
    open.length = 0;
    for (const thread of threads) open.push(thread);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (reached[at] === walk) continue;
      reached[at] = walk;
      const instruction = code[at];
      if (instruction.op === "match") return null;
      if (instruction.op === "split") open.push(instruction.out, instruction.other);
      else if (instruction.op === "assert") {
        if (holds(instruction.what, before, after)) open.push(instruction.out);
      } else if (byte >= instruction.low && byte <= instruction.high) {
        if (targeted[instruction.out] !== walk) targets.push(instruction.out);
        targeted[instruction.out] = walk;
      }
    }
    return targets;
  }

  private intern(threads: number[], before: number): PatternState {
    const key = `${before}:${threads.sort((a, b) => a - b).join()}`;
    const known = this.known.get(key);
    if (known) return known;
    if (this.knownThreads > MAX_THREADS) this.forget();
    const state = stateOf(threads, before);
    this.known.set(key, state);
    this.knownThreads += threads.length;
    return state;
  }

  /** Gives it a row, if it has none in this generation. */
  private rowOf(state: PatternState): number {
    if (state.generation === this.generation) return state.row;
    if (this.states.length === MAX_STATES) this.forget();
    state.generation = this.generation;
    state.row = this.states.length * this.classCount;
    if (state.row === this.table.length) this.grow();
    this.states.push(state);
    return state.row;
  }

  private grow(): void {
    const longer = new Int32Array(this.table.length * 2).fill(UNKNOWN);
    longer.set(this.table);
    this.table = longer;
  }

  /** Whoever stands at an old state goes on from there: it gets a row again when it is met. */
  private forget(): void {
    this.generation++;
    this.table.fill(UNKNOWN);
    this.states = [];
    this.known = new Map();
    this.knownThreads = 0;
  }
}
