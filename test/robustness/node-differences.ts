/**
 * Where Node's HTTP client deliberately is not followed. Each difference is a rule about the bytes,
 * so that one that has no name here is a disagreement, and fails.
 *
 * Node (llhttp) *refuses* what RFC 9112 lets a client read: those answers are read here. And it
 * *keeps* or *closes* a connection where we do the other.
 */

export interface AcceptedAnswer {
  /** The answer's own bytes, as latin1. */
  readonly text: string;
  /** It answers a HEAD. */
  readonly head: boolean;
}

export interface Difference {
  readonly name: string;
  applies(parts: Parts): boolean;
}

interface Parts {
  /** All heads, interim ones first; each with its empty line. */
  readonly heads: readonly string[];
  /** Lines of chunks' sizes, and trailers, without their ends. */
  readonly sizes: readonly string[];
  readonly trailers: string;
  readonly head: boolean;
}

/** `answer` is one that our parser takes whole. */
export function partsOf({ text, head }: AcceptedAnswer): Parts {
  const heads: string[] = [];
  let at = 0;
  do {
    const end = /\r?\n\r?\n/g;
    end.lastIndex = at;
    end.exec(text);
    heads.push(text.slice(at, end.lastIndex));
    at = end.lastIndex;
  } while (/^HTTP\/1\.\d 1/.test(heads.at(-1) ?? ""));
  const isChunked = /^transfer-encoding:/im.test(heads.at(-1) ?? "") && at < text.length;
  return { heads, head, ...(isChunked ? chunksOf(text, at) : { sizes: [], trailers: "" }) };
}

function chunksOf(text: string, from: number): Pick<Parts, "sizes" | "trailers"> {
  const sizes: string[] = [];
  let at = from;
  for (let size = 1; size > 0; ) {
    const end = text.indexOf("\r\n", at);
    const line = text.slice(at, end);
    sizes.push(line);
    size = Number.parseInt(line, 16);
    at = end + 2 + (size > 0 ? size + 2 : 0);
  }
  return { sizes, trailers: text.slice(at) };
}

function linesOf({ heads, trailers }: Parts): string[] {
  return [...heads, trailers].flatMap((part) => part.split(/\r?\n/));
}

function isControl(character: string): boolean {
  return (character < " " && character !== "\t") || character === "\x7f";
}

const last = ({ heads }: Parts) => heads.at(-1) ?? "";

/** Node says that it cannot read them. */
export const REFUSED_BY_NODE: readonly Difference[] = [
  {
    name: "a line of a head that ends with a bare LF (RFC 9112 §2.2)",
    applies: ({ heads, trailers }) => [...heads, trailers].some((part) => /(^|[^\r])\n/.test(part)),
  },
  {
    name: "a folded value that frames nothing (§5.2)",
    applies: (parts) => linesOf(parts).some((line) => /^[ \t]/.test(line)),
  },
  {
    name: "characters in a name that are of no token, as long as they are no blanks",
    applies: (parts) =>
      linesOf(parts).some((line) => /^[^:]*[^!#$%&'*+\-.^_`|~0-9A-Za-z:][^:]*:/.test(line)),
  },
  {
    name: "control characters in a value but CR, LF and NUL (RFC 9110 §5.5)",
    applies: (parts) => linesOf(parts).some((line) => [...line].some(isControl)),
  },
  {
    name: "the same length twice (§6.3, item 5)",
    applies: (parts) => (last(parts).match(/^content-length:/gim) ?? []).length > 1,
  },
  {
    name: "a tab after a length (§5.5: OWS)",
    applies: (parts) => /^content-length:[ \t]*\d+ *\t/im.test(last(parts)),
  },
  {
    name: "framing headers in an interim answer or in trailers, which frame nothing (§7.1.2)",
    applies: ({ heads, trailers }) =>
      [...heads.slice(0, -1), trailers].some((part) =>
        /^(content-length|transfer-encoding|connection):/im.test(part),
      ),
  },
  {
    name: "blanks after a chunk's size (§7.1.1: BWS)",
    applies: ({ sizes }) => sizes.some((line) => /^[0-9a-f]+[ \t]/i.test(line)),
  },
  {
    name: "an extension of a chunk that is badly written; none is looked at (§7.1.1)",
    applies: ({ sizes }) =>
      sizes.some(
        (line) => line.includes(";") && !/^[0-9a-f]+(;\w+(=(\w+|"[\w ;]*"))?)+$/i.test(line),
      ),
  },
];

/** Node keeps the connection and we do not, or the reverse. */
export const REUSED_OTHERWISE: readonly Difference[] = [
  {
    name: "chunks in HTTP/1.0: we close (§6.1)",
    applies: (parts) =>
      /^HTTP\/1\.0/.test(last(parts)) && /^transfer-encoding:/im.test(last(parts)),
  },
  {
    name: "an answer to HEAD without a length: it has no body, and we keep (§6.3, item 1)",
    applies: (parts) => parts.head && !/^(content-length|transfer-encoding):/im.test(last(parts)),
  },
  {
    name: "`close` among words that no comma parts: we close",
    applies: (parts) =>
      /^connection:.*[^,\s][ \t]+close\b|^connection:.*\bclose[ \t]+[^,\s]/im.test(last(parts)),
  },
];

/** The name of the difference, if it is one that we know of. */
export function differenceIn(
  answer: AcceptedAnswer,
  differences: readonly Difference[],
): string | undefined {
  const parts = partsOf(answer);
  return differences.find(({ applies }) => applies(parts))?.name;
}
