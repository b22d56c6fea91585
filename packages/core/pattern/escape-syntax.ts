/** What follows a backslash → the characters that it stands for. */
import { complement, DIGIT, type Ranges, SPACE, WORD } from "./code-points.ts";
import { PatternFault, type Reader } from "./reader.ts";

const CLASSES: Readonly<Record<string, Ranges>> = {
  d: DIGIT,
  D: complement(DIGIT),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Throws `PatternFault` for what has no meaning, or one that is not known here. */
export function readEscape(reader: Reader): Ranges {
  const code = readHexadecimal(reader) ?? readControl(reader);
  if (code !== undefined) return [[code, code]];
  const plain = reader.next();
  const character = String.fromCodePoint(plain);
  if (Object.hasOwn(CLASSES, character)) return CLASSES[character];
  if (/[1-9k]/.test(character)) throw new PatternFault("back references are not known here");
  if (/[pP]/.test(character)) throw new PatternFault(`\\${character}{…} is not known here`);
  if (/[A-Za-z0]/.test(character)) throw new PatternFault(`\\${character} has no meaning`);
  return [[plain, plain]];
}

const HALF = /^u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/i;

function readHexadecimal(reader: Reader): number | undefined {
  const halves = reader.takeMatch(HALF);
  if (halves) return fromHalves(halves[1], halves[2]);
  const written = reader.takeMatch(/^(?:x([\da-f]{2})|u([\da-f]{4})|u\{0*([\da-f]{1,6})\})/i);
  if (!written) return undefined;
  const code = Number.parseInt(written[1] ?? written[2] ?? written[3], 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new PatternFault(`\\${written[0]} is no character`);
  }
  return code;
}

function fromHalves(high: string, low: string): number {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return 0x10000 + ((a - 0xd800) << 10) + (b - 0xdc00);
}

function readControl(reader: Reader): number | undefined {
  if (reader.takeMatch(/^0(?!\d)/)) return 0;
  const letter = reader.takeMatch(/^c([A-Za-z])/);
  if (letter) return letter[1].charCodeAt(0) & 31;
  const control = reader.takeMatch(/^[tnvfr]/);
  return control ? CONTROLS[control[0]] : undefined;
}
