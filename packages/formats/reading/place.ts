/**
 * A value in another tool's document, and where it stands: typed reading that refuses with the
 * path, what was found and what is wanted.
 */
import { NightjarError } from "@nightjar/core/errors.ts";

const SHOWN_CHARACTERS = 60;
const PLAIN_KEY = /^[\w-]+$/;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}

export class Place {
  /** `format` begins every error; `path` is empty for the whole document. */
  constructor(
    readonly value: unknown,
    private readonly format: string,
    readonly path = "",
  ) {}

  /** Not there, or `null`, which is the same for all that write JSON. */
  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** Throws `file`. */
  refuse(wanted: string, hint?: string): never {
    this.blame(`${wanted} is wanted, found ${show(this.value)}`, hint);
  }

  /** Says what is wrong in words of its own. Throws `file`. */
  blame(what: string, hint?: string): never {
    const where = this.path === "" ? this.format : `${this.format}: ${this.path}`;
    throw new NightjarError("file", `${where}: ${what}`, hint);
  }

  member(key: string): Place {
    const value = this.object()[key];
    const own = Object.hasOwn(this.object(), key) ? value : undefined;
    return new Place(own, this.format, this.pathTo(key));
  }

  members(): [string, Place][] {
    return Object.entries(this.object()).map(([key, value]) => {
      return [key, new Place(value, this.format, this.pathTo(key))];
    });
  }

  items(): Place[] {
    if (!Array.isArray(this.value)) return this.refuse("a list");
    return this.value.map((value: unknown, at) => {
      return new Place(value, this.format, `${this.path}[${at}]`);
    });
  }

  /** What `read` makes of it; `null` where it is absent. */
  optional<T>(read: (place: Place) => T): T | null {
    return this.isAbsent ? null : read(this);
  }

  object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.refuse("an object");
    }
    return value as Record<string, unknown>;
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.refuse("a text");
  }

  flag(): boolean {
    return typeof this.value === "boolean" ? this.value : this.refuse("true or false");
  }

  /** Finite: JSON has no others, but for 1e999. */
  number(): number {
    const { value } = this;
    return typeof value === "number" && Number.isFinite(value) ? value : this.refuse("a number");
  }

  atLeastZero(): number {
    const value = this.number();
    return value >= 0 ? value : this.refuse("a number that is not negative");
  }

  /** A whole number that a double holds exactly. */
  count(): number {
    const { value } = this;
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : this.refuse("a whole number that is not negative");
  }

  private pathTo(key: string): string {
    if (!PLAIN_KEY.test(key)) return `${this.path}[${JSON.stringify(key)}]`;
    return this.path === "" ? key : `${this.path}.${key}`;
  }
}
