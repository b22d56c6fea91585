/**
 * The results that `vegeta attack` writes: Go's gob encoding (https://pkg.go.dev/encoding/gob), as
 * far as one struct needs it.
 *
 *     message   length │ type id │ …            numbers: one byte below 128, else −n and n bytes
 *     id < 0    what type −id is: names and types of a struct's fields
 *     id > 0    a value: (distance to the next field that is not zero, its value) … 0
 */

export interface GobResult {
  readonly seq: number;
  readonly code: number;
  /** Of the wall clock. */
  readonly wallNs: number;
  readonly latencyNs: number;
  readonly error: string;
}

/** The bytes are none of vegeta's, or of a version that we do not know. */
export class GobFault extends Error {}

/** No result of ours is nearly so long: bodies are not kept. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Go's own numbers of its basic types. */
const BASIC = { int: 2, uint: 3, bytes: 5, string: 6 } as const;
/** The place of `StructT` in what describes a type. */
const STRUCT_FIELD = 3;
/** Seconds from Go's year 1 to 1970. */
const UNIX_EPOCH_S = 62_135_596_800n;

interface Field {
  readonly name: string;
  readonly type: number;
}

/** Pieces of the file → results. */
export class GobReader {
  private rest: Buffer = Buffer.alloc(0);
  private readonly structs = new Map<number, readonly Field[]>();

  constructor(private readonly onResult: (result: GobResult) => void) {}

  /** Whether the file ends within a message. */
  get isCut(): boolean {
    return this.rest.length > 0;
  }

  /** Throws `GobFault`. */
  add(piece: Buffer): void {
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    let at = 0;
    for (;;) {
      const cursor = new GobCursor(bytes, at);
      const length = cursor.wholeUint();
      if (length === undefined) break;
      if (length > MAX_MESSAGE_BYTES) throw new GobFault(`a message of ${length} bytes`);
      const end = cursor.at + length;
      if (end > bytes.length) break;
      this.message(new GobCursor(bytes.subarray(0, end), cursor.at));
      at = end;
    }
    this.rest = Buffer.from(bytes.subarray(at));
  }

  private message(cursor: GobCursor): void {
    const type = cursor.int();
    if (type < 0) {
      const fields = structIn(cursor);
      if (fields !== undefined) this.structs.set(-type, fields);
      return;
    }
    const fields = this.structs.get(type);
    if (fields === undefined) throw new GobFault(`a value of the unknown type ${type}`);
    this.onResult(resultIn(cursor, fields));
  }
}

/** The fields of a struct; `undefined` of another type, which we need not know. */
function structIn(cursor: GobCursor): Field[] | undefined {
  if (cursor.uint() !== STRUCT_FIELD) return undefined;
  const fields: Field[] = [];
  for (let at = cursor.uint(); at !== 0; ) {
    if (at === 1) nameAndNumber(cursor);
    else throw new GobFault("a struct that begins otherwise");
    if (cursor.uint() !== 1) return fields;
    for (let left = cursor.uint(); left > 0; left--) fields.push(nameAndNumber(cursor));
    at = cursor.uint();
  }
  return fields;
}

/** Both what a type is called and what a field is: a name, then a number. */
function nameAndNumber(cursor: GobCursor): Field {
  let name = "";
  let type = 0;
  let field = 0;
  for (let step = cursor.uint(); step !== 0; step = cursor.uint()) {
    field += step;
    if (field === 1) name = cursor.bytes().toString();
    else type = cursor.int();
  }
  return { name, type };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function resultIn(cursor: GobCursor, fields: readonly Field[]): GobResult {
  const result: Mutable<GobResult> = {
    ...{ seq: 0, code: 0, wallNs: 0, latencyNs: 0, error: "" },
  };
  let index = -1;
  for (let step = cursor.uint(); step !== 0; step = cursor.uint()) {
    index += step;
    const field = fields[index];
    if (field === undefined) throw new GobFault("a field that its type does not have");
    // Maps and the like come after all that is wanted.
    if (!take(result, field, cursor)) break;
  }
  return result;
}

/** `false`: of a type that is not read, so that nothing after it can be. */
function take(result: Mutable<GobResult>, { name, type }: Field, cursor: GobCursor): boolean {
  if (name === "Timestamp") result.wallNs = wallNsOf(cursor.bytes());
  else if (name === "Latency" && type === BASIC.int) result.latencyNs = cursor.int();
  else if (name === "Seq" && type === BASIC.uint) result.seq = cursor.uint();
  else if (name === "Code" && type === BASIC.uint) result.code = cursor.uint();
  else if (name === "Error" && type === BASIC.string) result.error = cursor.bytes().toString();
  else if (type === BASIC.int || type === BASIC.uint) cursor.uint();
  else if (type === BASIC.string || type === BASIC.bytes) cursor.bytes();
  else return false;
  return true;
}

/** `time.Time.MarshalBinary`: version, seconds since year 1, nanoseconds, minutes of the zone. */
function wallNsOf(bytes: Buffer): number {
  if (bytes.length < 15) throw new GobFault("a timestamp that is too short");
  const seconds = bytes.readBigInt64BE(1) - UNIX_EPOCH_S;
  return Number(seconds) * 1e9 + bytes.readInt32BE(9);
}

class GobCursor {
  constructor(
    private readonly buffer: Buffer,
    public at: number,
  ) {}

  /** `undefined`: not all of it has come. */
  wholeUint(): number | undefined {
    if (this.at >= this.buffer.length) return undefined;
    const first = this.buffer[this.at];
    const more = first < 128 ? 0 : 256 - first;
    return this.at + more < this.buffer.length ? this.uint() : undefined;
  }

  uint(): number {
    const first = this.byte();
    if (first < 128) return first;
    const length = 256 - first;
    if (length > 8) throw new GobFault("a number of more than 8 bytes");
    let value = 0;
    for (let left = length; left > 0; left--) value = value * 256 + this.byte();
    return value;
  }

  int(): number {
    const value = this.uint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  bytes(): Buffer {
    const length = this.uint();
    if (this.at + length > this.buffer.length) throw new GobFault("a text beyond its message");
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  private byte(): number {
    if (this.at >= this.buffer.length) throw new GobFault("a number beyond its message");
    return this.buffer[this.at++];
  }
}
