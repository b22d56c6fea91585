/** Numbers as the C++ of Nighthawk prints them: fmt's formats, and protobuf's of a double. */

/** `d.ddde+05`: at least two digits of exponent. */
function withExponent(mantissa: string, exponent: number): string {
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : undefined;
}

function withoutTrailingZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** `{:.Ng}`, and printf's `%.Ng`. */
export function general(value: number, precision: number): string {
  const word = special(value);
  if (word !== undefined) return word;
  const [mantissa, power] = value.toExponential(precision - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= precision) {
    return withExponent(withoutTrailingZeros(mantissa), exponent);
  }
  return withoutTrailingZeros(fixed(value, precision - 1 - exponent));
}

/** `{}`: the fewest digits that are read back as the same number. */
export function shortest(value: number): string {
  const word = special(value);
  if (word !== undefined) return word;
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  return exponent < -4 || exponent >= 16 ? withExponent(mantissa, exponent) : String(value);
}

/** All digits of a double behind its point fit into this. */
const EXACT_DECIMALS = 100;
const LARGEST_FIXED = 1e21;

/** `{:.Nf}`: what lies exactly between two goes to the even one, where `toFixed` goes up. */
export function fixed(value: number, decimals: number): string {
  const word = special(value);
  if (word !== undefined && word !== "-0") return word;
  if (Math.abs(value) >= LARGEST_FIXED)
    return BigInt(value) + (decimals > 0 ? `.${"0".repeat(decimals)}` : "");
  const exact = value.toFixed(EXACT_DECIMALS);
  const end = exact.indexOf(".") + 1 + decimals;
  const kept = exact.slice(0, end).replace(/\.$/, "");
  const isTie = /^50*$/.test(exact.slice(end));
  const lastDigit = Number(kept[kept.length - 1]);
  return isTie && lastDigit % 2 === 0 ? kept : value.toFixed(decimals);
}

/** Digits that any decimal keeps through a double. */
const SAFE_DIGITS = 15;

/** As protobuf writes a double in JSON: 15 digits, or 17 where 15 are not enough. */
export function doubleText(value: number): string {
  const few = Object.is(value, -0) ? "-0" : String(value);
  // Most numbers: the fewest digits are 15 at most, and so those that are wanted.
  if (few.length <= SAFE_DIGITS && /^(?!0\.0000)\d+(?:\.\d+)?$/.test(few)) return few;
  const short = general(value, SAFE_DIGITS);
  return Number(short) === value ? short : general(value, SAFE_DIGITS + 2);
}
